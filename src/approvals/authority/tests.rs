use super::*;
use crate::approvals::kinds::{Content, Ratio, surrender::Surrender};
use crate::profiles::check;
use entity::approval::SurrenderScope;
use proptest::prelude::*;
use uuid::Uuid;

const SHIPPED: &str = include_str!("../../../profiles/life-insurance.toml");

fn shipped() -> Profile {
    check(SHIPPED).unwrap()
}

fn id(number: u128) -> StaffId {
    Uuid::from_u128(number).into()
}

fn person(number: u128, roles: &[Role], bars: &[Bar]) -> Person {
    Person { id: id(number), roles: roles.to_vec(), bars: bars.to_vec(), delegations: Vec::new() }
}

/// The handler 1 asked; 2, 3 and 4 are supervisor, manager and general manager.
fn facts(measures: Measures) -> Facts {
    Facts {
        kind: ApprovalKind::NegotiatedSurrender,
        state: ApprovalState::Pending,
        case_state: CaseState::PlanApproved,
        revision: 1,
        content_sha256: String::new(),
        measures,
        cumulative_amount: measures.amount,
        owner: id(1),
        endorsed_by: None,
        endorsed_for: None,
        department: None,
        people: vec![
            person(1, &[Role::Handler], &[Bar::Requested, Bar::HandlesCase]),
            person(2, &[Role::Supervisor], &[]),
            person(3, &[Role::Manager], &[]),
            person(4, &[Role::GeneralManager], &[]),
        ],
    }
}

fn measures(excess: i64, cash_value: i64, total_premium: i64) -> Measures {
    let surrender = Surrender {
        scope: SurrenderScope::Full,
        contract: String::new(),
        cash_value,
        agreed_total: cash_value + excess,
        total_premium,
    };
    Content::NegotiatedSurrender(surrender).measures()
}

fn required(excess: i64, cash_value: i64, total_premium: i64) -> Role {
    facts(measures(excess, cash_value, total_premium)).assess(&shipped()).unwrap().required_role
}

/// HK-4.1.1 HK-4.1.2 HK-4.1.3 HK-4.1.4: the ten cells, each with the ratio at exactly 70 % and one fen above it.
#[test]
fn the_truth_table_of_authority() {
    use Role::{GeneralManager, Manager, Supervisor};
    for (excess, at_most_70, above_70) in [
        (0, Supervisor, Manager),
        (200_000, Supervisor, Manager),
        (200_001, Manager, Manager),
        (1_000_000, Manager, Manager),
        (1_000_001, GeneralManager, GeneralManager),
    ] {
        // Agreed total 14 000.00 of 20 000.00 is exactly 70 %.
        let total = 1_400_000;
        assert_eq!(required(excess, total - excess, 2_000_000), at_most_70, "E={excess} R=70%");
        assert_eq!(required(excess, total + 1 - excess, 2_000_000), above_70, "E={excess} R=70%+1 fen");
        assert_eq!(required(excess, 10_000_000, i64::MAX / 200), at_most_70, "E={excess} R≈0");
    }
}

/// HK-4.1.4: E = 1999.99, R = 70.005 %.
#[test]
fn the_ratio_alone_raises_the_tier() {
    assert_eq!(required(199_999, 1_400_100 - 199_999, 2_000_000), Role::Manager);
    assert_eq!(required(0, 900_000, 1_000_000), Role::Manager);
    assert_eq!(required(1_000_001, 1, 1_000_002), Role::GeneralManager);
}

/// HK-4 as a slow clerk reads it, written down without the engine: hundredths of fen, no bounds, no tiers, no line.
fn clerk(excess: i64, part: i64, whole: i64, owner: Option<Role>, free: [bool; 3]) -> (Role, Option<Role>) {
    let line = [Role::Supervisor, Role::Manager, Role::GeneralManager];
    let more_than_two_thousand = excess > 2_000 * 100;
    let more_than_ten_thousand = excess > 10_000 * 100;
    let more_than_seventy_percent = i128::from(part) * 10 > i128::from(whole) * 7;
    let tier = if more_than_ten_thousand {
        2
    } else if more_than_two_thousand || more_than_seventy_percent {
        1
    } else {
        0
    };
    let mut lowest = tier;
    if let Some(owner) = owner {
        for (rank, role) in line.iter().enumerate() {
            if *role == owner && rank + 1 > lowest {
                lowest = (rank + 1).min(2);
            }
        }
    }
    // One rank up while nobody is left; at the top it stays where it was.
    let mut decides = None;
    for rank in lowest..3 {
        if free[rank] {
            decides = Some(line[rank]);
            break;
        }
    }
    (line[tier], decides)
}

fn amounts() -> impl Strategy<Value = (i64, i64, i64)> {
    let near =
        |around: &'static [i64]| (prop::sample::select(around), -3i64..=3).prop_map(|(value, by)| (value + by).max(0));
    let excess = prop_oneof![near(&[0, 200_000, 1_000_000]), 0i64..3_000_000];
    let part = prop_oneof![near(&[1_400_000, 700_000, 70]), 0i64..10_000_000];
    let whole = prop_oneof![near(&[2_000_000, 1_000_000, 100]).prop_map(|whole| whole.max(1)), 1i64..20_000_000];
    (excess, part, whole)
}

fn cases() -> u32 {
    std::env::var("REDRESS_TEST_AUTHORITY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20_000)
}

/// HK-4.1.1…HK-4.1.4 HK-4.8 HK-4.9 HK-4.11 G-7: the engine says what the clerk says. `REDRESS_TEST_AUTHORITY_CASES=1000000` runs it in
/// full.
#[test]
fn the_engine_agrees_with_a_clerk() {
    let (open, strict) = (
        shipped(),
        check(&SHIPPED.replace("higher_rank_may_decide = true", "higher_rank_may_decide = false")).unwrap(),
    );
    let owners = prop::option::of(prop::sample::select(&[Role::Supervisor, Role::Manager][..]));
    let everything = (amounts(), owners, any::<[bool; 3]>(), any::<bool>());
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: cases(), ..ProptestConfig::default() });
    runner
        .run(&everything, |((excess, part, whole), owner, free, higher)| {
            // What counts is the sum over the items, of which this one is a part (HK-4.1.9).
            let mut facts = facts(Measures { amount: excess / 2, ratio: Some(Ratio { part, whole }) });
            facts.cumulative_amount = excess;
            facts.people[0].roles.extend(owner);
            for (person, free) in facts.people[1..].iter_mut().zip(free) {
                if !free {
                    person.bars.push(Bar::RecusalDeclared);
                }
            }
            let profile = if higher { &open } else { &strict };
            let assessment = facts.assess(profile).unwrap();
            let (named, decides) = clerk(excess, part, whole, owner, free);
            prop_assert_eq!(assessment.named_role, named);
            prop_assert_eq!(assessment.needs_endorsement, named != Role::Supervisor);
            prop_assert_eq!(assessment.deciders.first().map(|holder| holder.role), decides);
            if let Some(decides) = decides {
                prop_assert_eq!(assessment.required_role, decides);
            }
            for holder in &assessment.deciders {
                let person = facts.person(holder.person).unwrap();
                prop_assert!(person.bars.is_empty() && holder.person != facts.owner);
                prop_assert_eq!(holder.above_tier, holder.role != named);
                prop_assert!(higher || Some(holder.role) == decides);
            }
            // Nobody acts whom the assessment does not name, and everybody whom it names acts.
            facts.state = if assessment.needs_endorsement { ApprovalState::Endorsed } else { ApprovalState::Pending };
            for number in 1..=5 {
                let named = assessment.deciders.iter().any(|holder| holder.person == id(number));
                let may = assessment.may(Act::Decide, id(number), &facts, profile);
                prop_assert_eq!(may.is_ok(), named, "{}: {:?}", number, may);
                if let Err(refusals) = may {
                    prop_assert!(refusals.iter().all(|refusal| refusal.rule.is_some()));
                }
            }
            Ok(())
        })
        .unwrap();
}

/// HK-A8 HK-4.8: lent authority, against a clerk who goes through everybody by hand: the delegate acts if nothing bars them, and
/// if the lender could have acted in person.
#[test]
fn lent_authority_agrees_with_a_clerk() {
    let profile = check(&SHIPPED.replace("[allocation]\n", "[delegation]\nmost_days = 9\n\n[allocation]\n")).unwrap();
    let line = [Role::Supervisor, Role::Manager, Role::GeneralManager];
    let everything = (
        amounts(),
        any::<[bool; 3]>(),
        0usize..3,
        1usize..3,
        prop::option::of(0i64..1_500_000),
        prop::option::of(0usize..3),
    );
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: cases(), ..ProptestConfig::default() });
    runner
        .run(&everything, |((excess, part, whole), free, lender, further, most, endorser)| {
            let delegate = (lender + further) % 3;
            let mut facts = facts(Measures { amount: excess, ratio: Some(Ratio { part, whole }) });
            for (person, free) in facts.people[1..].iter_mut().zip(free) {
                if !free {
                    person.bars.push(Bar::RecusalDeclared);
                }
            }
            facts.people[delegate + 1].delegations.push(Lent {
                delegation: Uuid::from_u128(9).into(),
                by: id(lender as u128 + 2),
                kinds: Vec::new(),
                max_amount: most,
                department: None,
            });
            facts.state = ApprovalState::Endorsed;
            facts.endorsed_by = endorser.map(|rank| id(rank as u128 + 2));
            let had_a_say = |rank: usize| endorser == Some(rank);
            let could = |rank: usize| free[rank] && !had_a_say(rank);
            let assessment = facts.assess(&profile).unwrap();
            let (named, _) = clerk(excess, part, whole, None, free);
            let lowest = line.iter().position(|role| *role == named).unwrap();
            let enough = (lowest..3).find(|rank| could(*rank)).unwrap_or(lowest);
            let covered = most.is_none_or(|most| excess <= most);
            for rank in 0..3 {
                let own = rank >= enough;
                let lent = rank == delegate && covered && could(lender) && lender >= enough;
                let expected = could(rank) && (own || lent);
                let capacity = assessment.deciders.iter().find(|holder| holder.person == id(rank as u128 + 2));
                prop_assert_eq!(capacity.is_some(), expected, "rank {} of {:?}", rank, assessment.deciders);
                if let Some(capacity) = capacity {
                    prop_assert_eq!(capacity.on_behalf.is_some(), !own);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// HK-4.8 HK-4.11: who endorsed does not decide; where no other is left, the item is stuck and says so.
#[test]
fn who_endorsed_does_not_decide() {
    let profile = shipped();
    let mut facts = facts(measures(200_001, 1_000_000, 2_000_000));
    facts.state = ApprovalState::Endorsed;
    facts.endorsed_by = Some(id(3));
    let assessment = facts.assess(&profile).unwrap();
    assert_eq!(assessment.required_role, Role::GeneralManager, "one rank up");
    assert!(assessment.may(Act::Decide, id(3), &facts, &profile).is_err());
    assert!(!assessment.is_stuck(&facts));
    facts.people[3].bars.push(Bar::NamedInComplaint);
    let nobody = facts.assess(&profile).unwrap();
    assert!(nobody.is_stuck(&facts) && nobody.deciders.is_empty());
}

/// Replaying gives the same bytes, and other inputs give others.
#[test]
fn what_was_decided_is_worked_out_again() {
    let profile = shipped();
    let inputs = Inputs {
        profile_version: Uuid::from_u128(1).into(),
        act: Act::Decide,
        actor: id(2),
        facts: facts(measures(200_000, 1_000_000, 2_000_000)),
    };
    let recorded = canonical_json(&work_out(&inputs, &profile).unwrap()).unwrap();
    let text = canonical_json(&inputs).unwrap();
    assert_eq!(replay(&text, &profile).unwrap().as_deref(), Some(recorded.as_str()));
    let changed = check(&SHIPPED.replace("2000.00", "1999.99")).unwrap();
    assert_eq!(replay(&text, &changed).unwrap(), None, "under another profile the supervisor could not");
    assert!(replay(&text.replace("\"act\"", "\"deed\""), &profile).is_err());
}

/// The numbers stand in the explanation.
#[test]
fn an_explanation_shows_its_numbers() {
    let found = facts(measures(200_001, 1_000_000, 2_000_000)).assess(&shipped()).unwrap().findings;
    let said: Vec<_> =
        found.iter().map(|finding| (finding.rule.as_str(), finding.holds, finding.english.as_str())).collect();
    assert!(said.contains(&("HK-4.1.1", false, "excess 2000.01 ≤ 2000.00")), "{said:?}");
    assert!(said.contains(&("HK-4.1.2", true, "excess 2000.01 > 2000.00, ≤ 10000.00")), "{said:?}");
    assert!(said.contains(&("HK-4.1.1", true, "ratio 12000.01 / 20000.00 ≤ 70 %")), "{said:?}");
}
