//! One linear pass over a parsed document: is it within the limits, and what does each operation need?
//!
//! Every fragment is looked at once and remembered, so that fragments which fan out cost nothing, however deep.

use super::rules::{FieldRule, Rule, RuleTable};
use super::{Actor, Permission, PermissionSet};
use crate::platform::error::ErrorCode;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// How large a document may be. All numbers count after fragments are expanded, except `fragments` and `operations`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentLimits {
    pub depth: u32,
    pub fields: u32,
    pub aliases: u32,
    pub root_fields: u32,
    pub directives: u32,
    pub fragments: u32,
    pub operations: u32,
}

/// A document that is within the limits, and what each of its operations needs. Made once, used for every request that
/// sends the same text.
pub struct CheckedDocument {
    pub document: ExecutableDocument,
    operations: Vec<Operation>,
}

/// What one operation of a document is and needs.
#[derive(Debug)]
pub struct Operation {
    pub name: Option<String>,
    pub kind: OperationType,
    /// True when it reads `__schema` or `__type`.
    pub introspects: bool,
    signed_in: bool,
    permissions: PermissionSet,
    /// Which field asks for what, to name it in a refusal.
    demands: BTreeMap<String, PermissionSet>,
}

impl Operation {
    /// True when nobody needs to sign in for it.
    pub fn is_public(&self) -> bool {
        !self.signed_in
    }

    /// The first field that asks for a permission which this person does not hold.
    pub fn first_refused_to(&self, actor: &Actor) -> Option<(&str, Permission)> {
        if self.permissions.without(actor.permissions).is_empty() {
            return None;
        }
        self.demands.iter().find_map(|(coordinate, needed)| {
            let missing = needed.without(actor.permissions).iter().next()?;
            Some((coordinate.as_str(), missing))
        })
    }
}

/// Why a document is refused before anything runs.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    pub code: ErrorCode,
    pub message: String,
}

impl DocumentError {
    fn limit(what: &str, limit: u32) -> Self {
        let message = format!("The document has more than {limit} {what}.");
        Self { code: ErrorCode::Limited, message }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::BadUserInput, message: message.into() }
    }
}

impl CheckedDocument {
    pub fn check(
        document: ExecutableDocument,
        rules: &RuleTable,
        limits: &DocumentLimits,
    ) -> Result<Self, DocumentError> {
        if document.fragments.len() > limits.fragments as usize {
            return Err(DocumentError::limit("fragments", limits.fragments));
        }
        if document.operations.iter().count() > limits.operations as usize {
            return Err(DocumentError::limit("operations", limits.operations));
        }
        let mut pass = Pass { rules, fragments: &document.fragments, seen: HashMap::new() };
        let operations = match &document.operations {
            DocumentOperations::Single(operation) => vec![pass.operation(None, &operation.node, limits)?],
            DocumentOperations::Multiple(operations) => operations
                .iter()
                .map(|(name, operation)| pass.operation(Some(name), &operation.node, limits))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { document, operations })
    }

    /// The operation that a request means.
    pub fn operation(&self, name: Option<&str>) -> Result<&Operation, DocumentError> {
        match name {
            Some(name) => self
                .operations
                .iter()
                .find(|operation| operation.name.as_deref() == Some(name))
                .ok_or_else(|| DocumentError::invalid("The document has no operation of that name.")),
            None => match self.operations.as_slice() {
                [only] => Ok(only),
                _ => Err(DocumentError::invalid("The document has several operations; say which with operationName.")),
            },
        }
    }
}

/// What a selection adds up to.
#[derive(Clone, Debug, Default)]
struct Summary {
    depth: u32,
    fields: u32,
    aliases: u32,
    directives: u32,
    introspects: bool,
    signed_in: bool,
    demands: BTreeMap<String, PermissionSet>,
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.depth = self.depth.max(other.depth);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.introspects |= other.introspects;
        self.signed_in |= other.signed_in;
        for (coordinate, permissions) in &other.demands {
            self.demands.entry(coordinate.clone()).or_insert(*permissions);
        }
    }

    fn demand(&mut self, field: &FieldRule) {
        if let Rule::Requires(permissions) = field.rule {
            self.signed_in = true;
            self.demands.entry(field.coordinate.clone()).or_insert(permissions);
        }
    }
}

struct Pass<'a> {
    rules: &'a RuleTable,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Summaries of the fragments met so far; none while one is being looked at.
    seen: HashMap<&'a Name, Option<Summary>>,
}

impl<'a> Pass<'a> {
    fn operation(
        &mut self,
        name: Option<&Name>,
        operation: &'a OperationDefinition,
        limits: &DocumentLimits,
    ) -> Result<Operation, DocumentError> {
        let root = match operation.ty {
            OperationType::Query => self.rules.query.as_str(),
            OperationType::Mutation => self.rules.mutation.as_deref().unwrap_or_default(),
            OperationType::Subscription => return Err(DocumentError::invalid("Subscriptions are not supported here.")),
        };
        let root_fields = self.width(&operation.selection_set.node, &mut Vec::new());
        let mut summary = self.selection_set(&operation.selection_set.node, root)?;
        let directives = u32::try_from(operation.directives.len()).unwrap_or(u32::MAX);
        summary.directives = summary.directives.saturating_add(directives);
        for (count, limit, what) in [
            (root_fields, limits.root_fields, "root fields"),
            (summary.depth, limits.depth, "levels"),
            (summary.fields, limits.fields, "fields"),
            (summary.aliases, limits.aliases, "aliases"),
            (summary.directives, limits.directives, "directives"),
        ] {
            if count > limit {
                return Err(DocumentError::limit(what, limit));
            }
        }
        Ok(Operation {
            name: name.map(ToString::to_string),
            kind: operation.ty,
            introspects: summary.introspects,
            signed_in: summary.signed_in,
            permissions: summary.demands.values().fold(PermissionSet::EMPTY, |all, needed| all.union(*needed)),
            demands: summary.demands,
        })
    }

    /// Root fields, each fragment counted once: a fragment spread twice merges with itself.
    fn width(&self, set: &'a SelectionSet, spread: &mut Vec<&'a Name>) -> u32 {
        set.items.iter().fold(0, |width: u32, item| {
            width.saturating_add(match &item.node {
                Selection::Field(_) => 1,
                Selection::InlineFragment(inline) => self.width(&inline.node.selection_set.node, spread),
                Selection::FragmentSpread(fragment) => {
                    let name = &fragment.node.fragment_name.node;
                    match self.fragments.get(name) {
                        Some(definition) if !spread.contains(&name) => {
                            spread.push(name);
                            self.width(&definition.node.selection_set.node, spread)
                        }
                        _ => 0,
                    }
                }
            })
        })
    }

    fn selection_set(&mut self, set: &'a SelectionSet, type_name: &str) -> Result<Summary, DocumentError> {
        let mut sum = Summary::default();
        for item in &set.items {
            let directives = match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    sum.fields = sum.fields.saturating_add(1);
                    sum.aliases = sum.aliases.saturating_add(u32::from(field.alias.is_some()));
                    let name = field.name.node.as_str();
                    sum.introspects |= matches!(name, "__schema" | "__type");
                    let returns = self.demand_field(type_name, name, &mut sum);
                    let mut nested = self.selection_set(&field.selection_set.node, returns.unwrap_or_default())?;
                    nested.depth = nested.depth.saturating_add(1);
                    sum.add(&nested);
                    field.directives.len()
                }
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let nested = self.selection_set(&inline.node.selection_set.node, condition.unwrap_or(type_name))?;
                    sum.add(&nested);
                    inline.node.directives.len()
                }
                Selection::FragmentSpread(spread) => {
                    let nested = self.fragment(&spread.node.fragment_name.node)?;
                    sum.add(&nested);
                    spread.node.directives.len()
                }
            };
            sum.directives = sum.directives.saturating_add(u32::try_from(directives).unwrap_or(u32::MAX));
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Summary, DocumentError> {
        match self.seen.get(name) {
            Some(Some(summary)) => return Ok(summary.clone()),
            Some(None) => return Err(DocumentError::invalid("A fragment spreads itself.")),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else { return Ok(Summary::default()) };
        self.seen.insert(name, None);
        let condition = fragment.node.type_condition.node.on.node.as_str();
        let summary = self.selection_set(&fragment.node.selection_set.node, condition)?;
        self.seen.insert(name, Some(summary.clone()));
        Ok(summary)
    }

    /// Adds what the field asks for; through an interface, what it asks for on every type that may stand there. Gives the
    /// type that it returns, or none for a field that does not exist, which validation refuses later.
    fn demand_field(&self, type_name: &str, field: &str, sum: &mut Summary) -> Option<&'a str> {
        let rules = self.rules.types.get(type_name)?;
        for member in &rules.members {
            if let Some(field) = self.rules.types.get(member).and_then(|rules| rules.fields.get(field)) {
                sum.demand(field);
            }
        }
        let rule = rules.fields.get(field)?;
        sum.demand(rule);
        Some(&rule.returns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use std::sync::Arc;

    const LIMITS: DocumentLimits = DocumentLimits {
        depth: 10,
        fields: 200,
        aliases: 20,
        root_fields: 5,
        directives: 5,
        fragments: 40,
        operations: 3,
    };

    const SDL: &str = "
        type Query {
            open: String @public(reason: \"x\")
            me: Person @access(requires: [])
            node: Node @access(requires: [])
        }
        type Mutation { act: Person @access(requires: [CASE_HANDLE]) }
        interface Node { id: ID! @inherits }
        type Person implements Node { id: ID! @inherits, boss: Person @inherits, secret: String @access(requires: [STAFF_READ]) }
        type Case implements Node { id: ID! @access(requires: [CASE_READ]), label: String @inherits }
        schema { query: Query mutation: Mutation }
    ";

    fn check(query: &str) -> Result<CheckedDocument, DocumentError> {
        CheckedDocument::check(parse_query(query).unwrap(), &RuleTable::of_schema(SDL).unwrap(), &LIMITS)
    }

    fn actor(permissions: &[Permission]) -> Actor {
        Actor { permissions: PermissionSet::of(permissions), ..Actor::nobody(Arc::from("test")) }
    }

    fn refused(query: &str, permissions: &[Permission]) -> Option<String> {
        let document = check(query).unwrap();
        document.operation(None).unwrap().first_refused_to(&actor(permissions)).map(|(field, _)| field.to_owned())
    }

    #[test]
    fn a_public_operation_needs_nobody_and_others_do() {
        assert!(check("{ open }").unwrap().operation(None).unwrap().is_public());
        assert!(!check("{ open me { id } }").unwrap().operation(None).unwrap().is_public());
    }

    #[test]
    fn the_permission_is_found_by_every_way_to_the_field() {
        for query in [
            "{ me { secret } }",
            "{ me { a: secret } }",
            "{ me { boss { boss { secret } } } }",
            "{ me { ... on Person { secret } } }",
            "{ me { ...F } } fragment F on Person { ...G } fragment G on Person { secret }",
            "{ node { ... on Person { secret } } }",
            "{ me { secret @skip(if: true) } }",
            "query($no: Boolean!) { me { secret @include(if: $no) } }",
        ] {
            assert_eq!(refused(query, &[]).as_deref(), Some("Person.secret"), "{query}");
            assert_eq!(refused(query, &[Permission::StaffRead]), None, "{query}");
        }
    }

    #[test]
    fn a_field_read_through_an_interface_asks_for_what_its_types_ask() {
        assert_eq!(refused("{ node { id } }", &[]).as_deref(), Some("Case.id"));
        assert_eq!(refused("{ node { ... on Case { label } } }", &[]), None);
    }

    #[test]
    fn the_named_operation_decides() {
        let document = check("query A { open } mutation B { act { id } }").unwrap();
        assert!(document.operation(Some("A")).unwrap().is_public());
        assert_eq!(document.operation(Some("B")).unwrap().kind, OperationType::Mutation);
        assert!(document.operation(Some("C")).is_err());
        assert!(document.operation(None).is_err());
    }

    #[test]
    fn fragments_that_fan_out_are_refused_in_no_time() {
        let mut query = "{ me { ...F0 } }".to_owned();
        for level in 0..30 {
            query += &format!(" fragment F{level} on Person {{ boss {{ ...F{0} }} b: boss {{ ...F{0} }} }}", level + 1);
        }
        query += " fragment F30 on Person { id }";
        assert_eq!(check(&query).err().unwrap().code, ErrorCode::Limited);
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        let query = "{ me { ...F } } fragment F on Person { boss { ...G } } fragment G on Person { ...F }";
        assert_eq!(check(query).err().unwrap().code, ErrorCode::BadUserInput);
    }

    #[test]
    fn each_limit_holds() {
        let aliases: String = (0..21).map(|i| format!(" a{i}: id")).collect();
        for query in [
            format!("{{ me {{ {aliases} }} }}"),
            format!("{{ me {{ {} id {} }} }}", "boss { ".repeat(9), "}".repeat(9)),
            "{ a: open b: open c: open d: open e: open f: open }".to_owned(),
            format!("{{ open {} }}", "@skip(if: false) ".repeat(6)),
            "query A { open } query B { open } query C { open } query D { open }".to_owned(),
        ] {
            assert_eq!(check(&query).err().unwrap().code, ErrorCode::Limited, "{query}");
        }
    }

    #[test]
    fn a_field_without_a_declaration_is_named() {
        let sdl = "type Query { a: Int @access(requires: []) b: Int c: Int @inherits d: Int @public(reason: \"x\") @inherits e: Int @access(requires: [NONSENSE]) }";
        let Undeclared(problems) = RuleTable::of_schema(sdl).unwrap_err();
        let text = problems.join("\n");
        for coordinate in ["Query.b", "Query.c", "Query.d", "Query.e"] {
            assert!(text.contains(coordinate), "{coordinate} in {text}");
        }
        assert!(!text.contains("Query.a"));
    }

    use crate::platform::access::Undeclared;
}
