"""What Bartizan computes beside published and exact reference values, through the code that a study calls.

A table of reference rows lies in data/verification; one function marked `answers` puts Bartizan's numbers beside it.
"""
