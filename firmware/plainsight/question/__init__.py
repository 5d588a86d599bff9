"""A question by voice: what the wearer says after the keyword, to the phone that is connected, and nowhere else."""

from plainsight.question.question import Question as Question
