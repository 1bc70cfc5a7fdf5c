//! Joint review meetings (合议, 恒康 article 7). Rules: HK-7.5.6, HK-7.6, HK-F.7.

pub mod invitation;
pub mod pack;
