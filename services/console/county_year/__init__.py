"""The scenario `county-year`: a synthetic county's births of a year and the care before them, with their truth."""
