"""Faults that strike the calls of a stack's functions: errors of the services, lost answers, delays.

Emulators never throttle, never lose an answer and never hang. So a proxy stands between the functions and the cloud.
"""

from collections import Counter

from ..proxy import Armed, Fault, Proxy, unstruck
from ..proxy.fault import DEADLY


class AwsFaults:
    """Arms faults for one test, on the proxy of one stack."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        proxy.forget()

    @property
    def calls(self) -> list[str]:
        """The operations that the functions asked for since the test began, in order: `["GetObject", "PutItem"]`."""
        return list(self._proxy.calls)

    def arm(self, fault: Fault, *, may_miss: bool = False) -> Armed:
        """Strike as the fault says, from now on; of several that could strike a call, the one armed first does.

        Returns its handle, which knows the calls that it `struck`. Raises TypeError for a fault that kills: a function
        dies of those only if it is deployed with code that obeys.
        """
        if isinstance(fault.how, DEADLY):
            raise TypeError(f"{type(fault.how).__name__} kills a function, which your functions do not obey")
        return self._proxy.arm(fault, may_miss=may_miss)

    def struck(self) -> dict[str, int]:
        """How often each fault struck, such as `{"Lose() of PutItem": 2}`. Those that did not are left out."""
        counts: Counter[str] = Counter()
        for one in self._proxy.armed:
            counts[f"{one.fault.how} of {one.fault.operation}"] += len(one.struck)
        return dict(+counts)

    def end(self) -> list[str]:
        """Let every call pass again. Returns what fell short of its fault, a line each."""
        missed = unstruck(list(self._proxy.armed))
        self._proxy.forget()
        return missed
