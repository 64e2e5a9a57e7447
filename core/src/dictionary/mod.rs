//! What messages may hold: a data dictionary, and the check of a message against it.
