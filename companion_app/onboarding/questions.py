"""The questions of the first login, one a page, and those that a setting asks. The glasses take pictures either way."""

from __future__ import annotations

from companion_app.language import N_
from companion_app.ledger.answered import AI_SHARING, ASK_EACH_TIME, NEVER
from companion_app.onboarding.question import Choice, Question

LISTEN = Question(
    id="voice_listen",
    version=2,
    text=N_("May the glasses listen for the keyword?"),
    explain=N_(
        "The microphone would stay on, and the glasses themselves would compare what they hear with the keyword. "
        "Nothing that they hear for this is stored, and nothing of it leaves them."
    ),
    choices=(
        Choice(
            "no",
            N_("No, keep the microphone off"),
            N_("The button and this app take pictures as ever. Clips have no sound, until you change this answer."),
            refuses=True,
        ),
        Choice(
            "yes",
            N_("Yes, listen for the keyword"),
            N_("The keyword takes pictures, too, until you change this answer. A light shows that they listen."),
        ),
    ),
    about="sound near the glasses, compared on the glasses",
    purpose="take a picture when the keyword is said",
)

LEAVE = Question(
    id="voice_leave",
    version=2,
    text=N_("May your voice leave the glasses after the keyword?"),
    explain=N_("What you say right after the keyword would be sent to this phone, sealed, so that it can answer."),
    choices=(
        Choice(
            "no",
            N_("No, my voice stays on the glasses"),
            N_("The keyword takes a picture, and no sound leaves the glasses."),
            refuses=True,
        ),
        Choice(
            "yes",
            N_("Yes, send it to this phone"),
            N_(
                "This phone turns each question into words. Clips may have sound, once you switch that on. Nobody else "
                "hears any of it, until you change this answer."
            ),
        ),
    ),
    about="what is said after the keyword",
    purpose="answer a spoken question on this phone",
)

VOICE_KEEP = Question(
    id="voice_keep",
    version=1,
    text=N_("May this phone keep recordings of your questions?"),
    explain=N_("They would lie sealed on this phone, so that you can listen to them again. They never leave it."),
    choices=(
        Choice(
            "no",
            N_("No, forget each one at once"),
            N_("A recording is thrown away when its words are found. Any that were kept are erased now."),
            refuses=True,
        ),
        Choice("days_7", N_("Yes, for 7 days"), N_("After a week each is erased by itself."), days=7),
        Choice("days_30", N_("Yes, for 30 days"), N_("After a month each is erased by itself."), days=30),
        Choice("days_365", N_("Yes, for a year"), N_("After a year each is erased by itself."), days=365),
    ),
    about="recordings of spoken questions",
    purpose="listen to one's own questions again",
)

TRANSCRIPTS = Question(
    id="transcripts",
    version=1,
    text=N_("May this phone keep what you asked and what was answered?"),
    explain=N_("The words would lie sealed on this phone, with the picture that they are about. They never leave it."),
    choices=(
        Choice(
            "no",
            N_("No, forget the words"),
            N_("Question and answer are gone when you go on. Any that were kept are erased now."),
            refuses=True,
        ),
        Choice("days_7", N_("Yes, for 7 days"), N_("After a week they are erased by themselves."), days=7),
        Choice("days_30", N_("Yes, for 30 days"), N_("After a month they are erased by themselves."), days=30),
        Choice("days_365", N_("Yes, for a year"), N_("After a year they are erased by themselves."), days=365),
    ),
    about="the words of questions and answers",
    purpose="read one's own questions and their answers again",
)

TRAINING = Question(
    id="training",
    version=1,
    text=N_("May your voice be used to train anything?"),
    explain=N_(
        "This app trains nothing, and sends no sound to anybody. Today both answers do the same; yours is kept on "
        "record for the day on which somebody wants more."
    ),
    choices=(
        Choice("no", N_("No, train nothing on my voice"), N_("It stays so, whatever later versions do."), refuses=True),
        Choice(
            "yes",
            N_("Yes, it may be used for training"),
            N_("Nothing changes today. If a later version could use it, you would be asked again first."),
        ),
    ),
    about="what is said after the keyword",
    purpose="train a model; nobody does",
)

SHARING = Question(
    id=AI_SHARING,
    version=1,
    text=N_("May AI services be asked about your pictures?"),
    explain=N_(
        "This phone answers many questions by itself. Services that know more would have to be shown the picture."
    ),
    choices=(
        Choice(
            NEVER,
            N_("Never share with AI services"),
            N_("Only this phone answers. The app refuses to send a picture to anybody, until you change this answer."),
            refuses=True,
        ),
        Choice(
            ASK_EACH_TIME,
            N_("Ask me each time"),
            N_(
                "Nothing leaves by this answer alone. Before each picture and each live session you see who would get "
                "what, and under which terms."
            ),
        ),
    ),
    about="pictures that the owner chooses, one by one",
    purpose="propose to share; each share asks for a consent of its own",
)

REGION = Question(
    id="region",
    version=1,
    text=N_("Where are you?"),
    explain=N_(
        "Some services are not offered everywhere, and some places have laws about faces. No sensor and no network is "
        "asked for this: only what you say counts, and it stays on this phone and in the receipts of what you share."
    ),
    choices=(
        Choice(
            "unsaid",
            N_("I would rather not say"),
            N_("The strictest rules apply, until you change this answer."),
            refuses=True,
        ),
        Choice("said", N_("I am in this place"), N_("The rules of that place apply, until you change this answer.")),
    ),
    about="the country or state that the owner names",
    purpose="apply the rules of that place to sharing",
    detail="said",
)

PLACES = Question(
    id="places",
    version=1,
    text=N_("May this phone note where your pictures come in?"),
    explain=N_(
        "The glasses do not know where they are. This phone would write down its own place when a picture arrives, "
        "sealed, so that you can search by place. It never leaves this phone."
    ),
    choices=(
        Choice(
            "no", N_("No, note no places"), N_("Pictures have no place. All that were noted are erased."), refuses=True
        ),
        Choice("yes", N_("Yes, note my place"), N_("Until you change this answer, which erases all places again.")),
    ),
    about="the position of this phone when a picture arrives",
    purpose="search one's own pictures by place",
    first_login=False,
)

QUESTIONS = (LISTEN, LEAVE, VOICE_KEEP, TRANSCRIPTS, TRAINING, SHARING, REGION, PLACES)
