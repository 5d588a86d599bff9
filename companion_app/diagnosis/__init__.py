"""Why no image arrives: what stands between the glasses' lens and this device's gallery is asked for real, in order."""

from companion_app.diagnosis.diagnosis import Diagnosis as Diagnosis
from companion_app.diagnosis.finding import Finding as Finding
from companion_app.diagnosis.finding import Step as Step
from companion_app.diagnosis.finding import Verdict as Verdict
