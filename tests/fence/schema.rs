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
