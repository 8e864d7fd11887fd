"""Where could something be? Proposals at the speed of `str.find`, to be judged by libcst.

The sieve errs in one direction only: it may propose what is none, never miss what is one.
"""
