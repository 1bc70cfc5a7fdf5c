//! The tree over the audit trail, after RFC 6962: a leaf for each event, hashed once, and never anything taken back.
//!
//! `tlog_tiles` does the calculations. It numbers hashes in the order in which leaves complete subtrees, so that the hashes of a
//! tree are those of every larger tree, too: `audit_hashes` only grows.

use crate::platform::error::{Failure, Result};
use std::cell::RefCell;
use std::collections::HashMap;
use tlog_tiles::{
    Error, HASH_SIZE, HashReader, prove_record, prove_tree, stored_hash_count, stored_hash_index,
    stored_hashes_for_record_hash, sub_tree_index, tree_hash,
};

pub use tlog_tiles::{Hash, record_hash as leaf_hash};

/// How many hashes a tree of this size has.
pub fn hash_count(size: u64) -> u64 {
    stored_hash_count(size)
}

/// A hash from its 32 bytes.
pub fn hash_of(bytes: &[u8]) -> Option<Hash> {
    <[u8; HASH_SIZE]>::try_from(bytes).ok().map(Hash)
}

/// Hashes by position.
#[derive(Debug, Default)]
pub struct Hashes(pub HashMap<u64, Hash>);

impl HashReader for Hashes {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, Error> {
        positions.iter().map(|position| self.0.get(position).copied().ok_or(Error::IndexesNotInTree)).collect()
    }
}

/// Keeps in mind which hashes a calculation asks for.
#[derive(Default)]
struct Wanted(RefCell<Vec<u64>>);

impl HashReader for Wanted {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, Error> {
        self.0.borrow_mut().extend_from_slice(positions);
        Ok(vec![Hash::default(); positions.len()])
    }
}

/// What is asked of a tree. Each takes no more hashes than the tree is high, twice.
#[derive(Clone, Copy, Debug)]
pub enum Question {
    /// That a leaf is in the tree of a size.
    Inclusion { index: u64, size: u64 },
    /// That the tree of a size is the beginning of the tree of another.
    Consistency { from: u64, to: u64 },
}

impl Question {
    /// The positions of the hashes that the answer takes.
    pub fn positions(self) -> Result<Vec<u64>> {
        let wanted = Wanted::default();
        self.ask(&wanted)?;
        Ok(wanted.0.into_inner())
    }

    /// The proof, as RFC 6962 has it (2.1.1, 2.1.2).
    pub fn answer(self, hashes: &Hashes) -> Result<Vec<Hash>> {
        self.ask(hashes)
    }

    fn ask(self, hashes: &impl HashReader) -> Result<Vec<Hash>> {
        let proof = match self {
            Self::Inclusion { index, size } => prove_record(size, index, hashes),
            Self::Consistency { from, to } => prove_tree(to, from, hashes),
        };
        proof.map_err(broken)
    }
}

/// The right edge of a tree: the hashes of its complete subtrees, which are all that it needs to grow.
#[derive(Debug, Default)]
pub struct Edge {
    size: u64,
    subtrees: Vec<(u64, Hash)>,
}

impl Edge {
    /// The positions of the hashes of an edge.
    pub fn positions(size: u64) -> Vec<u64> {
        sub_tree_index(0, size, Vec::new())
    }

    pub fn new(size: u64, hashes: &Hashes) -> Result<Self> {
        let positions = Self::positions(size);
        let found = hashes.read_hashes(&positions).map_err(broken)?;
        Ok(Self { size, subtrees: positions.into_iter().zip(found).collect() })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and gives the hashes that come with it: its own, and that of each subtree that it completes.
    pub fn add(&mut self, leaf: Hash) -> Result<Vec<Hash>> {
        let added = stored_hashes_for_record_hash(self.size, leaf, self).map_err(broken)?;
        let completed = added.len().saturating_sub(1);
        self.subtrees.truncate(self.subtrees.len().saturating_sub(completed));
        let last = added.last().copied().ok_or_else(|| Failure::internal("a leaf without a hash"))?;
        self.subtrees.push((stored_hash_index(0, self.size) + completed as u64, last));
        self.size += 1;
        Ok(added)
    }

    pub fn root(&self) -> Result<Hash> {
        tree_hash(self.size, self).map_err(broken)
    }
}

impl HashReader for Edge {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, Error> {
        let find = |position: &u64| self.subtrees.iter().find(|(at, _)| at == position).map(|(_, hash)| *hash);
        positions.iter().map(|position| find(position).ok_or(Error::IndexesNotInTree)).collect()
    }
}

fn broken(error: Error) -> Failure {
    Failure::internal(format!("the tree over the audit trail: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tlog_tiles::{check_record, check_tree};

    /// The tree of RFC 6962 2.1 by the words of the RFC.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => tlog_tiles::EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                tlog_tiles::node_hash(by_definition(&leaves[..half]), by_definition(&leaves[half..]))
            }
        }
    }

    #[test]
    fn the_tree_grows_as_the_rfc_has_it_and_proves_what_it_holds() {
        let leaves: Vec<Hash> = (0..130_u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let (mut edge, mut stored, mut roots) = (Edge::default(), Hashes::default(), vec![by_definition(&[])]);
        for (index, leaf) in leaves.iter().enumerate() {
            for hash in edge.add(*leaf).unwrap() {
                stored.0.insert(stored.0.len() as u64, hash);
            }
            let size = index as u64 + 1;
            assert_eq!(edge.root().unwrap(), by_definition(&leaves[..=index]));
            assert_eq!(stored.0.len() as u64, hash_count(size));
            assert_eq!(Edge::new(size, &stored).unwrap().root().unwrap(), edge.root().unwrap());
            roots.push(edge.root().unwrap());
        }
        for size in 1..=130_u64 {
            for index in 0..size {
                let question = Question::Inclusion { index, size };
                let proof = question.answer(&stored).unwrap();
                assert!(proof.len() <= 8 && question.positions().unwrap().len() <= 16);
                check_record(&proof, size, roots[size as usize], index, leaves[index as usize]).unwrap();
            }
            for from in 1..=size {
                let proof = Question::Consistency { from, to: size }.answer(&stored).unwrap();
                assert!(proof.len() <= 9);
                check_tree(&proof, size, roots[size as usize], from, roots[from as usize]).unwrap();
            }
        }
        assert!(Question::Inclusion { index: 1, size: 1 }.answer(&stored).is_err());
        assert!(Question::Consistency { from: 3, to: 2 }.positions().is_err());
    }
}
