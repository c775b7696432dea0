"""pregnancy_tracking keeps each pregnancy under care from registration to the weeks after its end, with its timeline.

It decides whether a registration, a visit or an end is taken into a woman's record. It never judges her: it counts
nothing per woman, finds no person by the course of a pregnancy, holds no field for what a child will be, and answers
a question whether somebody is registered the same way whatever is so.
"""
