"""Hints: friendly advice on how a goal is set, which never blocks; below objectives, whose
answers bring it.
"""
