"""Promise 6 on the phone: the first-login questions, what was answered, and what the answers allow."""

from companion_app.onboarding.consent_record import ConsentRecord as ConsentRecord
from companion_app.onboarding.onboarding import Onboarding as Onboarding
from companion_app.onboarding.onboarding import Retention as Retention
from companion_app.onboarding.onboarding import Standing as Standing
from companion_app.onboarding.onboarding import VoicePolicy as VoicePolicy
from companion_app.onboarding.question import Choice as Choice
from companion_app.onboarding.question import Question as Question
from companion_app.onboarding.question import Shown as Shown
