//! By what a case is found again when somebody complains once more: blind indexes, from which nothing can be read back.

use crate::cases::sealed;
use crate::platform::text::{comparable_contract_number, comparable_name, comparable_phone};
use crate::platform::vault::Vault;
use entity::case_identifier::IdentifierKind;
use std::collections::BTreeSet;

/// What a complaint is compared by.
pub struct Identifiers<'v> {
    vault: &'v Vault,
    /// A name alone is that of many: together with the policyholder's it is hardly anybody else's.
    policyholder: String,
    found: BTreeSet<(IdentifierKind, String)>,
}

impl<'v> Identifiers<'v> {
    pub fn new(vault: &'v Vault, policyholder: Option<&str>) -> Self {
        Self { vault, policyholder: policyholder.map(comparable_name).unwrap_or_default(), found: BTreeSet::new() }
    }

    pub fn phone(mut self, phone: Option<&str>) -> Self {
        let phone = phone.map(comparable_phone).unwrap_or_default();
        self.add(IdentifierKind::Phone, sealed::PHONE, &phone, "");
        self
    }

    pub fn contract(mut self, number: Option<&str>) -> Self {
        let number = number.map(comparable_contract_number).unwrap_or_default();
        self.add(IdentifierKind::Contract, sealed::CONTRACT_NUMBER, &number, "");
        self
    }

    /// Nobody, where the policyholder is not known.
    pub fn person(mut self, name: Option<&str>) -> Self {
        let name = name.map(comparable_name).unwrap_or_default();
        if !self.policyholder.is_empty() {
            let about = format!("\0{}", self.policyholder);
            self.add(IdentifierKind::Person, sealed::PERSON, &name, &about);
        }
        self
    }

    fn add(&mut self, kind: IdentifierKind, field: &'static str, comparable: &str, about: &str) {
        if !comparable.is_empty() {
            self.found.insert((kind, self.vault.index(field, &format!("{comparable}{about}"))));
        }
    }

    pub fn all(self) -> Vec<(IdentifierKind, String)> {
        self.found.into_iter().collect()
    }
}
