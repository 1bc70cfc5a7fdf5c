//! Complaints about office staff (公司内勤): the head of that person's department arranges the answer, or the next of the
//! profile's line when the head is the person complained about; the handler closes (HK-5.4.9, HK-A17).

mod error;
pub mod loaders;
pub mod policy;
pub mod store;
