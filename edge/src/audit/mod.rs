//! Who did what: the journal's sensitive entries, as somebody who has to answer for the branch reads them.
//!
//! It keeps nothing of its own: every act is an entry of the journal, with who did it, who approved it and when, and the
//! chain shows that none was changed. What an act made other than it was follows from the entry before it or from the documents
//! that are kept ([`changes`]). What people told about themselves stands beside the entries and is not shown here.

pub mod changes;
pub mod queries;
pub mod routes;
