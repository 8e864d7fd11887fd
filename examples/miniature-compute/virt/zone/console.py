"""Talks to the operator's console. Nobody has touched it since 2009."""


def say(message):
    print "ZONE: %s" % message
