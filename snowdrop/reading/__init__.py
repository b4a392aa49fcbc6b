"""Reading pages: made once for everyone in a circle, kept, and answered before Django's stack."""
