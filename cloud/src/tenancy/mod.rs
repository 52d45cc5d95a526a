//! Companies and their branches.

mod store;

pub use store::{
    Branch, Company, NotThere, branch_by_code, branches, companies, company_of_branch, create_branch, create_company,
};
