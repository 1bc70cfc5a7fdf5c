//! `schema.graphql` is what the program serves.

use redress::schema;

#[test]
fn the_file_is_what_the_program_prints() {
    let printed = schema::sdl(&schema::builder().finish());
    let file = include_str!("../../schema.graphql");
    assert!(printed == file, "schema.graphql is out of date: cargo run -- schema > schema.graphql");
}

#[test]
fn the_page_of_permissions_is_what_is_enforced() {
    let rules = schema::rules(&schema::builder().finish()).unwrap();
    let page = schema::PermissionMatrix::new(&rules).page();
    let file = include_str!("../../docs/permissions.md");
    assert!(
        page == file,
        "docs/permissions.md is out of date: cargo run -- schema --permissions > docs/permissions.md"
    );
}

/// Each field's description ends with what its directive requires.
#[test]
fn every_field_says_what_it_requires() {
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    let schema = schema::builder().finish();
    let rules = schema::rules(&schema).unwrap();
    let rules: std::collections::HashMap<_, _> = rules.fields().into_iter().collect();
    let mut seen = 0;
    for definition in parse_schema(schema::sdl(&schema)).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let fields = match ty.node.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            _ => continue,
        };
        for field in fields {
            let coordinate = format!("{}.{}", ty.node.name.node, field.node.name.node);
            let said = field.node.description.map(|text| text.node).unwrap_or_default();
            assert!(said.ends_with(&rules[coordinate.as_str()].sentence()), "{coordinate}: {said}");
            seen += 1;
        }
    }
    assert_eq!(seen, rules.len());
}

#[test]
fn every_type_says_what_it_is() {
    use async_graphql::parser::{parse_schema, types::TypeSystemDefinition};
    let sdl = schema::sdl(&schema::builder().finish());
    for definition in parse_schema(sdl).unwrap().definitions {
        if let TypeSystemDefinition::Type(ty) = definition {
            let said = ty.node.description.as_ref().is_some_and(|text| !text.node.trim().is_empty());
            assert!(said, "{} has no description", ty.node.name.node);
        }
    }
}

#[test]
fn every_field_and_argument_of_a_mutation_carries_its_name() {
    let sdl = schema::sdl(&schema::builder().finish());
    let mutations = sdl.split("type Mutation {").nth(1).unwrap().split("\n}").next().unwrap();
    let fields: Vec<_> = mutations.lines().filter(|line| line.contains("(input: ")).collect();
    assert!(fields.len() >= 18, "{}", fields.len());
    for field in fields {
        let name = field.trim().split('(').next().unwrap();
        let capital = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        assert!(field.contains(&format!("(input: {capital}Input!): {capital}Payload ")), "{field}");
    }
}

/// Every mutation on a case has its button: a field of `CaseAbilities` whose description names the mutation, and no button
/// is for a mutation that is not there.
#[test]
fn every_mutation_on_a_case_has_an_ability() {
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    use std::collections::{BTreeMap, BTreeSet};
    let mut on_a_case = BTreeSet::new();
    let mut inputs: BTreeMap<String, bool> = BTreeMap::new();
    let mut mutations = Vec::new();
    let mut buttons = BTreeSet::new();
    for definition in parse_schema(schema::sdl(&schema::builder().finish())).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = ty.node.name.node.to_string();
        match ty.node.kind {
            TypeKind::InputObject(input) => {
                inputs.insert(name, input.fields.iter().any(|field| field.node.name.node == "caseId"));
            }
            TypeKind::Object(object) if name == "Mutation" => {
                let fields = object.fields.into_iter().map(|field| field.node);
                mutations.extend(fields.map(|field| {
                    let input = field.arguments.first().map(|argument| argument.node.ty.node.to_string());
                    (field.name.node.to_string(), input.unwrap_or_default().trim_end_matches('!').to_owned())
                }));
            }
            TypeKind::Object(object) if name == "CaseAbilities" => {
                for field in object.fields {
                    let said = field.node.description.map(|text| text.node).unwrap_or_default();
                    let named = said.strip_prefix('`').and_then(|rest| rest.split('`').next()).map(str::to_owned);
                    buttons.insert(named.unwrap_or_else(|| panic!("{} names no mutation", field.node.name.node)));
                }
            }
            _ => {}
        }
    }
    for (mutation, input) in mutations {
        if inputs.get(&input).copied().unwrap_or_default() {
            on_a_case.insert(mutation);
        }
    }
    assert!(on_a_case.len() >= 13, "{on_a_case:?}");
    assert_eq!(on_a_case.difference(&buttons).collect::<Vec<_>>(), Vec::<&String>::new(), "without a button");
    // It names the report, which names the case.
    on_a_case.insert("answerEscalation".to_owned());
    assert_eq!(buttons.difference(&on_a_case).collect::<Vec<_>>(), Vec::<&String>::new(), "without a mutation");
}
