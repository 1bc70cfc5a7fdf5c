//! Random bytes, for what nobody may guess.

use crate::platform::error::{Failure, Result};

pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Failure::internal("no random numbers"))?;
    Ok(bytes)
}
