"""The later of two conflicting invoices replaces the first."""

from comum import PorLotes

handler = PorLotes()
