"""Promise 6 on the phone: the first-login questions and what the answers allow."""

from companion_app.onboarding.onboarding import ConsentRecord as ConsentRecord
from companion_app.onboarding.onboarding import Onboarding as Onboarding
from companion_app.onboarding.onboarding import VoicePolicy as VoicePolicy
from companion_app.onboarding.questions import Choice as Choice
from companion_app.onboarding.questions import Question as Question
