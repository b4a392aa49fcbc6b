from snowdrop.story.models.draft import Draft
from snowdrop.story.models.moment import UNDATED, Moment, MomentQuerySet, Placed

__all__ = ["UNDATED", "Draft", "Moment", "MomentQuerySet", "Placed"]
