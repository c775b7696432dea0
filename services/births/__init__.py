"""births decides whether a birth is recorded, and counts every live birth once, saying what its figures can show.

It never holds anything about a child before it is born, never tells a child's sex to care or anyone's identity to
those who enforce, and finds no person by the number or sex of her children.
"""
