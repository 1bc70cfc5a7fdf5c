//! Who may read and do what: roles × permissions × fields, from the rule table that is enforced.

use crate::identity::permissions::roles_with;
use crate::platform::access::{Permission, Rule, RuleTable, access, inherits};
use async_graphql::{Context, Object, SimpleObject};
use entity::staff_role::Role;
use sea_orm::Iterable;
use std::fmt::Write;
use std::sync::Arc;

/// A permission, who holds it and what it opens.
#[derive(Clone, SimpleObject)]
pub struct PermissionGrant {
    #[graphql(directive = inherits::apply())]
    pub permission: Permission,
    /// Roles that hold it.
    #[graphql(directive = inherits::apply())]
    pub roles: Vec<Role>,
    /// Fields and mutations that ask for it, as `Type.field`.
    #[graphql(directive = inherits::apply())]
    pub fields: Vec<String>,
}

/// Every permission with the roles that hold it and the fields that ask for it.
#[derive(Clone)]
pub struct PermissionMatrix(pub Arc<[PermissionGrant]>);

impl PermissionMatrix {
    pub fn new(rules: &RuleTable) -> Self {
        let asks = |permission| {
            let fields = rules.fields().into_iter().filter(move |(_, rule)| match rule {
                Rule::Requires(permissions) => permissions.contains(permission),
                Rule::Public | Rule::Inherits => false,
            });
            fields.map(|(field, _)| field.to_owned()).collect()
        };
        let grant =
            |permission| PermissionGrant { permission, roles: roles_with(permission), fields: asks(permission) };
        Self(Permission::iter().map(grant).collect())
    }

    /// The same as a page of Markdown: what `docs/permissions.md` holds.
    pub fn page(&self) -> String {
        let roles: Vec<Role> = Role::iter().collect();
        let mut page = String::from(HEAD);
        let titles: Vec<_> = roles.iter().map(|role| format!("`{role}`")).collect();
        let _ = writeln!(page, "| | {} |\n|---|{}", titles.join(" | "), ":-:|".repeat(roles.len()));
        for grant in self.0.iter() {
            let held = roles.iter().map(|role| if grant.roles.contains(role) { "●" } else { "" });
            let _ = writeln!(page, "| `{}` | {} |", grant.permission, held.collect::<Vec<_>>().join(" | "));
        }
        page.push_str("\n## Permissions and fields\n");
        for grant in self.0.iter() {
            let _ = writeln!(page, "\n### {}\n", grant.permission);
            for field in &grant.fields {
                let _ = writeln!(page, "- `{field}`");
            }
            if grant.fields.is_empty() {
                page.push_str("Asked for where the value is: see the schema.\n");
            }
        }
        page
    }
}

const HEAD: &str = "# Permissions\n\nWritten by `redress schema --permissions`, from the declarations that are enforced: the directives of \
     `schema.graphql` and the grants of `src/identity/permissions.rs`. A person may do what any of their roles may. Which \
     rows they reach is decided by the row scope of each table.\n\n## Roles and permissions\n\n";

#[derive(Default)]
pub struct PermissionQueries;

#[Object]
impl PermissionQueries {
    /// Every permission with the roles that hold it and the fields that ask for it.
    #[graphql(directive = access::apply(vec![]))]
    async fn permission_matrix(&self, ctx: &Context<'_>) -> Vec<PermissionGrant> {
        ctx.data_unchecked::<PermissionMatrix>().0.to_vec()
    }
}
