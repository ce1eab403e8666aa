"""What a value that breaks a rule seems to be, and what to write instead. Pure, and asked only where a rule is broken.

Nothing here decides whether a rule is broken, and no guess is applied. Whatever a reason says to write keeps the rule.
"""
