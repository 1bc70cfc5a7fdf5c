//! One linear pass over a parsed document: is it within the limits, and what does each operation need?
//!
//! Every fragment is looked at once and remembered, so that fragments which fan out cost nothing, however deep.

use super::lexer::scan;
use super::rules::{FieldRule, Rule, RuleTable};
use super::{Actor, Permission};
use crate::platform::error::{ErrorCode, server_error};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// How large a document may be. Counted after fragments are expanded, except `tokens`, `brackets`, `fragments` and
/// `operations`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentLimits {
    pub tokens: u32,
    pub brackets: u32,
    pub depth: u32,
    pub fields: u32,
    pub aliases: u32,
    pub root_fields: u32,
    pub directives: u32,
    pub fragments: u32,
    pub operations: u32,
    pub nodes: u32,
}

impl DocumentLimits {
    #[cfg(test)]
    pub(super) const NONE: Self = Self {
        tokens: u32::MAX,
        brackets: u32::MAX,
        depth: u32::MAX,
        fields: u32::MAX,
        aliases: u32::MAX,
        root_fields: u32::MAX,
        directives: u32::MAX,
        fragments: u32::MAX,
        operations: u32::MAX,
        nodes: u32::MAX,
    };
}

/// A document that is within the limits, and what each of its operations needs. Made once, used for every request that
/// sends the same text.
pub struct CheckedDocument {
    pub document: ExecutableDocument,
    operations: Vec<Operation>,
    tokens: u32,
}

/// What one operation of a document is and needs.
#[derive(Debug)]
pub struct Operation {
    pub name: Option<String>,
    pub kind: OperationType,
    /// True when it reads `__schema` or `__type`.
    pub introspects: bool,
    signed_in: bool,
    /// For each permission, the first field that asks for it, to name it in a refusal.
    demands: BTreeMap<Permission, String>,
    /// The root field, such as `Query.cases`, if it is one of ours and the only one.
    root: Option<String>,
    fields: u32,
    nodes: u32,
}

impl Operation {
    /// What it asks for at its root, from a closed set.
    pub fn label(&self) -> &str {
        self.root.as_deref().unwrap_or("several")
    }

    /// What it may cost: every field it selects and every object that its lists may bring up.
    pub fn cost(&self) -> u32 {
        self.fields.saturating_add(self.nodes)
    }

    /// The same in its parts, for callers who ask.
    pub fn cost_in_parts(&self) -> Value {
        async_graphql::value!({ "fields": self.fields, "nodes": self.nodes, "total": self.cost() })
    }

    /// Every permission that it asks for.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.demands.keys().copied()
    }

    /// True when nobody needs to sign in for it.
    pub fn is_public(&self) -> bool {
        !self.signed_in
    }

    /// The first field that asks for a permission which this person does not hold.
    pub fn first_refused_to(&self, actor: &Actor) -> Option<(&str, Permission)> {
        let refused = self.demands.iter().filter(|(permission, _)| !actor.may(**permission));
        refused.map(|(permission, field)| (field.as_str(), *permission)).min()
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
    pub(super) fn limit(what: &str, limit: u32) -> Self {
        let message = format!("The document has more than {limit} {what}.");
        Self { code: ErrorCode::Limited, message }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::BadUserInput, message: message.into() }
    }
}

impl From<DocumentError> for ServerError {
    fn from(error: DocumentError) -> Self {
        server_error(error.code, error.message)
    }
}

impl CheckedDocument {
    /// Parses and checks a text.
    pub fn read(text: &str, rules: &RuleTable, limits: &DocumentLimits) -> Result<Self, ServerError> {
        let tokens = scan(text, limits)?;
        let document = parse_query(text)?;
        Ok(Self { tokens, ..Self::check(document, rules, limits)? })
    }

    fn check(document: ExecutableDocument, rules: &RuleTable, limits: &DocumentLimits) -> Result<Self, DocumentError> {
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
        if pass.seen.len() < document.fragments.len() {
            return Err(DocumentError::invalid("A fragment is not used."));
        }
        Ok(Self { document, operations, tokens: 0 })
    }

    /// About how many bytes it takes in memory.
    pub fn weight(&self) -> u32 {
        const BYTES_OF_A_TOKEN: u32 = 250;
        self.tokens.saturating_add(10).saturating_mul(BYTES_OF_A_TOKEN)
    }

    /// What each operation needs.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
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
struct Summary<'a> {
    depth: u32,
    /// Fields, inline fragments and spreads.
    selections: u32,
    /// Fields of the selection itself, each as often as it would run.
    width: u32,
    aliases: u32,
    directives: u32,
    /// Objects that lists in it may bring up.
    nodes: u32,
    introspects: bool,
    signed_in: bool,
    demands: BTreeMap<Permission, &'a str>,
}

impl<'a> Summary<'a> {
    fn add(&mut self, other: &Self) {
        self.depth = self.depth.max(other.depth);
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.introspects |= other.introspects;
        self.signed_in |= other.signed_in;
        for (permission, field) in &other.demands {
            self.demands.entry(*permission).or_insert(field);
        }
    }

    fn demand(&mut self, field: &'a FieldRule) {
        if let Rule::Requires(permissions) = field.rule {
            self.signed_in = true;
            for permission in permissions.iter() {
                self.demands.entry(permission).or_insert(&field.coordinate);
            }
        }
    }
}

/// How many objects a list is taken to hold that does not say so: what hangs on a case is a handful.
const USUAL_LIST: u32 = 5;
/// The most that a page, or a list of keys, may hold.
const FULL_PAGE: u32 = 100;
/// A page that does not say how large it is.
const USUAL_PAGE: u32 = 20;

struct Pass<'a> {
    rules: &'a RuleTable,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Summaries of the fragments met so far; none while one is being looked at.
    seen: HashMap<&'a Name, Option<Rc<Summary<'a>>>>,
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
            OperationType::Subscription => self.rules.subscription.as_deref().unwrap_or_default(),
        };
        let mut summary = self.selection_set(&operation.selection_set.node, root)?;
        summary.directives = summary.directives.saturating_add(count(operation.directives.len()));
        for (count, limit, what) in [
            (summary.width, limits.root_fields, "root fields"),
            (summary.depth, limits.depth, "levels"),
            (summary.selections, limits.fields, "fields"),
            (summary.aliases, limits.aliases, "aliases"),
            (summary.directives, limits.directives, "directives"),
            (summary.nodes, limits.nodes, "objects to bring up: ask for smaller pages"),
        ] {
            if count > limit {
                return Err(DocumentError::limit(what, limit));
            }
        }
        let only = match operation.selection_set.node.items.as_slice() {
            [only] => match &only.node {
                Selection::Field(field) => {
                    self.rules.types.get(root).and_then(|rules| rules.fields.get(&*field.node.name.node))
                }
                Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
            },
            _ => None,
        };
        if operation.ty == OperationType::Subscription && only.is_none() {
            return Err(DocumentError::invalid("A subscription selects one field, itself and not by a fragment."));
        }
        if operation.ty == OperationType::Mutation {
            self.run_once(&operation.selection_set.node, &mut HashSet::new())?;
        }
        Ok(Operation {
            name: name.map(ToString::to_string),
            kind: operation.ty,
            introspects: summary.introspects,
            signed_in: summary.signed_in,
            root: only.map(|field| field.coordinate.clone()),
            fields: summary.selections,
            nodes: summary.nodes,
            demands: summary.demands.into_iter().map(|(permission, field)| (permission, field.to_owned())).collect(),
        })
    }

    /// Refuses a mutation that stands twice under one name: it would be done twice and answered once.
    fn run_once(&self, set: &'a SelectionSet, names: &mut HashSet<&'a Name>) -> Result<(), DocumentError> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    if !names.insert(&field.node.response_key().node) {
                        return Err(DocumentError::invalid("A mutation stands twice under one name."));
                    }
                }
                Selection::InlineFragment(inline) => self.run_once(&inline.node.selection_set.node, names)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        self.run_once(&fragment.node.selection_set.node, names)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn selection_set(&mut self, set: &'a SelectionSet, type_name: &str) -> Result<Summary<'a>, DocumentError> {
        let mut sum = Summary::default();
        for item in &set.items {
            sum.selections = sum.selections.saturating_add(1);
            let directives = match &item.node {
                Selection::Field(field) => {
                    self.field(&field.node, type_name, &mut sum)?;
                    field.node.directives.len()
                }
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let nested = self.selection_set(&inline.node.selection_set.node, condition.unwrap_or(type_name))?;
                    sum.width = sum.width.saturating_add(nested.width);
                    sum.add(&nested);
                    inline.node.directives.len()
                }
                Selection::FragmentSpread(spread) => {
                    let nested = self.fragment(&spread.node.fragment_name.node)?;
                    sum.width = sum.width.saturating_add(nested.width);
                    sum.add(&nested);
                    spread.node.directives.len()
                }
            };
            sum.directives = sum.directives.saturating_add(count(directives));
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field, type_name: &str, sum: &mut Summary<'a>) -> Result<(), DocumentError> {
        let name = field.name.node.as_str();
        sum.width = sum.width.saturating_add(1);
        sum.aliases = sum.aliases.saturating_add(u32::from(field.alias.is_some()));
        sum.introspects |= matches!(name, "__schema" | "__type");
        let rule = self.demand_field(type_name, name, sum);
        let returns = rule.map_or("", |rule| rule.returns.as_str());
        let mut nested = self.selection_set(&field.selection_set.node, returns)?;
        nested.depth = nested.depth.saturating_add(1);
        let is_composite = self.rules.types.contains_key(returns);
        if let Some(objects) = rule.filter(|_| is_composite).and_then(|rule| objects(rule, field)) {
            nested.nodes = nested.nodes.saturating_add(1).saturating_mul(objects);
        }
        sum.add(&nested);
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Rc<Summary<'a>>, DocumentError> {
        match self.seen.get(name) {
            Some(Some(summary)) => return Ok(Rc::clone(summary)),
            Some(None) => return Err(DocumentError::invalid("A fragment spreads itself.")),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else {
            return Err(DocumentError::invalid("A fragment is spread that the document does not have."));
        };
        self.seen.insert(name, None);
        let condition = fragment.node.type_condition.node.on.node.as_str();
        let summary = Rc::new(self.selection_set(&fragment.node.selection_set.node, condition)?);
        self.seen.insert(name, Some(Rc::clone(&summary)));
        Ok(summary)
    }

    /// Adds what the field asks for; through an interface, what it asks for on every type that may stand there. Gives the
    /// field's rule, or none for a field that does not exist, which validation refuses later.
    fn demand_field(&self, type_name: &str, field: &str, sum: &mut Summary<'a>) -> Option<&'a FieldRule> {
        let rules = self.rules.types.get(type_name)?;
        for member in &rules.members {
            if let Some(field) = self.rules.types.get(member).and_then(|rules| rules.fields.get(field)) {
                sum.demand(field);
            }
        }
        let rule = rules.fields.get(field)?;
        sum.demand(rule);
        Some(rule)
    }
}

/// How many objects a list field brings up; none for a field that is no list.
fn objects(rule: &FieldRule, field: &Field) -> Option<u32> {
    // None inside for a variable, whose value this document does not know.
    let argument = |name| field.get_argument(name).map(|value| value.node.clone().into_const());
    if rule.is_page {
        return Some(match argument("first").or_else(|| argument("last")) {
            Some(Some(Value::Number(size))) => {
                size.as_u64().map_or(1, |size| u32::try_from(size).unwrap_or(FULL_PAGE).min(FULL_PAGE))
            }
            Some(None) => FULL_PAGE,
            Some(_) | None => USUAL_PAGE,
        });
    }
    rule.is_list.then(|| match argument("ids") {
        Some(Some(Value::List(ids))) => count(ids.len()).min(FULL_PAGE),
        Some(_) => FULL_PAGE,
        None => USUAL_LIST,
    })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::access::PermissionSet;
    use std::sync::Arc;

    const LIMITS: DocumentLimits = DocumentLimits {
        depth: 10,
        fields: 200,
        aliases: 20,
        root_fields: 5,
        directives: 5,
        fragments: 40,
        operations: 3,
        nodes: 1_000,
        ..DocumentLimits::NONE
    };

    const SDL: &str = "
        type Query {
            open: String @public(reason: \"x\")
            me: Person @access(requires: [])
            node: Node @access(requires: [])
            people(first: Int, last: Int): PersonConnection @access(requires: [])
        }
        type PersonConnection { edges: [PersonEdge!]! @inherits }
        type PersonEdge { node: Person! @inherits }
        type Mutation { act: Person @access(requires: [CASE_HANDLE]) }
        type Subscription { changed: Person! @access(requires: [CASE_READ]), told: Person! @access(requires: []) }
        interface Node { id: ID! @inherits }
        type Person implements Node { id: ID! @inherits, boss: Person @inherits, tags: [Person!]! @inherits, friends(first: Int, last: Int): PersonConnection @inherits, secret: String @access(requires: [STAFF_READ]) }
        type Case implements Node { id: ID! @access(requires: [CASE_READ]), label: String @inherits }
        schema { query: Query mutation: Mutation subscription: Subscription }
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
    fn a_subscription_selects_one_field_and_asks_for_what_it_asks() {
        assert_eq!(refused("subscription { changed { id } }", &[]).as_deref(), Some("Subscription.changed"));
        assert_eq!(refused("subscription { told { id } }", &[]), None);
        assert_eq!(refused("subscription { told { secret } }", &[]).as_deref(), Some("Person.secret"));
        for query in [
            "subscription { told { id } changed { id } }",
            "subscription { ... { told { id } } }",
            "subscription { ...F } fragment F on Subscription { told { id } }",
            "subscription { __typename }",
            "subscription { missing }",
        ] {
            assert_eq!(check(query).err().map(|error| error.code), Some(ErrorCode::BadUserInput), "{query}");
        }
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
    fn fragments_that_are_missing_or_not_used_are_refused() {
        for query in [
            "{ me { ...Nope } }",
            "{ me { id } } fragment F on Person { id }",
            "{ me { ...F } } fragment F on Person { ...Nope }",
        ] {
            assert_eq!(check(query).err().unwrap().code, ErrorCode::BadUserInput, "{query}");
        }
    }

    #[test]
    fn root_fields_count_as_often_as_they_would_run() {
        let query = "{ ...F ...F ... { ...F } } fragment F on Query { open a: open }";
        assert!(check(query).err().unwrap().message.contains("root fields"));
    }

    #[test]
    fn a_mutation_is_not_done_twice_under_one_name() {
        for query in [
            "mutation { act { id } act { id } }",
            "mutation { ...F ...F } fragment F on Mutation { act { id } }",
            "mutation { x: act { id } ... { x: act { id } } }",
        ] {
            assert_eq!(check(query).err().unwrap().code, ErrorCode::BadUserInput, "{query}");
        }
        assert!(check("mutation { a: act { id } b: act { id } }").is_ok());
    }

    #[test]
    fn the_objects_that_lists_bring_up_multiply() {
        for (query, fits) in [
            ("{ people(first: 100) { edges { node { id } } } }", true),
            ("{ people(first: 9) { edges { node { friends(first: 100) { edges { node { id } } } } } } }", true),
            ("{ people(first: 10) { edges { node { friends(first: 100) { edges { node { id } } } } } } }", false),
            ("{ people { edges { node { friends(last: 49) { edges { node { id } } } } } } }", true),
            ("{ people { edges { node { friends(last: 50) { edges { node { id } } } } } } }", false),
            ("query($n: Int) { people(first: $n) { edges { node { tags { tags { id } } } } } }", false),
            ("query($n: Int) { people(first: $n) { edges { node { id } } } }", true),
            ("{ people(first: 30) { edges { node { tags { tags { id } } } } } }", true),
            ("{ people(first: 30) { edges { node { tags { tags { tags { id } } } } } } }", false),
            ("{ people(first: 999999999999) { edges { node { id } } } }", true),
        ] {
            assert_eq!(check(query).is_ok(), fits, "{query}");
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
