//! The rule table: what every field of the schema asks for, read back from the schema's own text.

use super::{Permission, PermissionSet};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{ConstDirective, FieldDefinition, ServiceDocument, TypeKind, TypeSystemDefinition};
use async_graphql::registry::MetaDirectiveInvocation;
use async_graphql::{InputType, Positioned, Value};
use std::collections::HashMap;

/// What one field asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everybody.
    Public,
    /// Whoever could reach the object.
    Inherits,
    /// A signed-in person with all of these.
    Requires(PermissionSet),
}

#[derive(Debug)]
pub(super) struct FieldRule {
    /// `Type.field`, for messages.
    pub coordinate: String,
    pub rule: Rule,
    /// The named type that the field returns.
    pub returns: String,
    /// True for a connection: its size is an argument.
    pub is_page: bool,
    /// True for a list that is not the edges of a connection.
    pub is_list: bool,
}

#[derive(Debug, Default)]
pub(super) struct TypeRules {
    pub fields: HashMap<String, FieldRule>,
    /// Object types that an interface or union stands for.
    pub members: Vec<String>,
}

/// What every field of the schema asks for.
#[derive(Debug)]
pub struct RuleTable {
    pub(super) types: HashMap<String, TypeRules>,
    pub(super) query: String,
    pub(super) mutation: Option<String>,
    pub(super) subscription: Option<String>,
}

/// The fields that do not say who may read them; the server does not start.
#[derive(Debug, thiserror::Error)]
#[error("fields without a usable access declaration: {}", .0.join("; "))]
pub struct Undeclared(pub Vec<String>);

impl RuleTable {
    /// Every field as `Type.field`, in order, with its rule.
    pub fn fields(&self) -> Vec<(&str, Rule)> {
        let fields = self.types.values().flat_map(|rules| rules.fields.values());
        let mut fields: Vec<_> = fields.map(|field| (field.coordinate.as_str(), field.rule)).collect();
        fields.sort_unstable_by_key(|(coordinate, _)| *coordinate);
        fields
    }

    /// Reads the rules from the printed schema; every field must carry exactly one of the three directives.
    pub fn of_schema(sdl: &str) -> Result<Self, Undeclared> {
        let document = parse_schema(sdl).map_err(|error| Undeclared(vec![format!("the schema itself: {error}")]))?;
        let mut table = Self { types: HashMap::new(), query: "Query".into(), mutation: None, subscription: None };
        let mut problems = Vec::new();
        table.collect(document, &mut problems);
        for root in std::iter::once(&table.query).chain(&table.mutation).chain(&table.subscription) {
            let fields = table.types.get(root).map(|rules| &rules.fields);
            for field in fields.into_iter().flat_map(HashMap::values).filter(|field| field.rule == Rule::Inherits) {
                problems.push(format!("{}: a root field has nothing to inherit from", field.coordinate));
            }
        }
        if problems.is_empty() { Ok(table) } else { Err(Undeclared(problems)) }
    }

    fn collect(&mut self, document: ServiceDocument, problems: &mut Vec<String>) {
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    self.query = schema.query.map_or_else(|| "Query".into(), |name| name.node.to_string());
                    self.mutation = schema.mutation.map(|name| name.node.to_string());
                    self.subscription = schema.subscription.map(|name| name.node.to_string());
                }
                TypeSystemDefinition::Type(ty) => {
                    let name = ty.node.name.node.to_string();
                    match ty.node.kind {
                        TypeKind::Object(object) => {
                            for interface in &object.implements {
                                self.rules_of(&interface.node).members.push(name.clone());
                            }
                            self.declare(&name, object.fields, problems);
                        }
                        TypeKind::Interface(interface) => self.declare(&name, interface.fields, problems),
                        TypeKind::Union(union) => {
                            let members = union.members.into_iter().map(|member| member.node.to_string());
                            self.rules_of(&name).members.extend(members);
                        }
                        TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => {}
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
    }

    fn rules_of(&mut self, type_name: &str) -> &mut TypeRules {
        self.types.entry(type_name.to_owned()).or_default()
    }

    fn declare(&mut self, type_name: &str, fields: Vec<Positioned<FieldDefinition>>, problems: &mut Vec<String>) {
        for field in fields {
            let field = field.node;
            let name = field.name.node.to_string();
            let coordinate = format!("{type_name}.{name}");
            match declared_rule(&field.directives) {
                Ok(rule) => {
                    let written = field.ty.node.to_string();
                    let returns = written.replace(['[', ']', '!'], "");
                    let is_page = field.arguments.iter().any(|argument| argument.node.name.node == "first");
                    let is_list = written.starts_with('[') && !type_name.ends_with("Connection");
                    let field = FieldRule { coordinate, rule, returns, is_page, is_list };
                    self.rules_of(type_name).fields.insert(name, field);
                }
                Err(problem) => problems.push(format!("{coordinate}: {problem}")),
            }
        }
    }
}

fn declared_rule(directives: &[Positioned<ConstDirective>]) -> Result<Rule, String> {
    let mut rules = directives.iter().filter_map(|directive| rule_of(&directive.node));
    match (rules.next(), rules.next()) {
        (Some(rule), None) => rule,
        (Some(_), Some(_)) => Err("more than one of @access, @public and @inherits".into()),
        (None, _) => Err("none of @access, @public and @inherits".into()),
    }
}

fn rule_of(directive: &ConstDirective) -> Option<Result<Rule, String>> {
    let requires = directive.get_argument("requires").map(|value| &value.node);
    declared_as(directive.name.node.as_str(), requires)
}

/// The rule that a directive of this name and argument declares; none for a directive that is not about access.
fn declared_as(directive: &str, requires: Option<&Value>) -> Option<Result<Rule, String>> {
    match directive {
        "public" => Some(Ok(Rule::Public)),
        "inherits" => Some(Ok(Rule::Inherits)),
        "access" => Some(required(requires).map(Rule::Requires)),
        _ => None,
    }
}

fn required(requires: Option<&Value>) -> Result<PermissionSet, String> {
    let Some(Value::List(names)) = requires else { return Err("@access without a list of permissions".into()) };
    names
        .iter()
        .map(|name| Permission::parse(Some(name.clone())).map_err(|_| "@access with an unknown permission".to_owned()))
        .collect()
}

impl Rule {
    /// The rule that the directives of a registered field declare, if they declare one.
    pub(super) fn of_invocations(directives: &[MetaDirectiveInvocation]) -> Option<Self> {
        let mut declared = directives.iter().filter_map(|one| declared_as(&one.name, one.args.get("requires")));
        declared.next()?.ok()
    }
}
