from cards.models.card import Card
from cards.models.participation import ParticipationPeriod
from cards.models.terms import BenefitLevel, ObjectGroup

__all__ = ["BenefitLevel", "Card", "ObjectGroup", "ParticipationPeriod"]
