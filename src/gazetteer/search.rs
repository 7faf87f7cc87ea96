//! Places by a name that a person typed, best first, with the reason.
