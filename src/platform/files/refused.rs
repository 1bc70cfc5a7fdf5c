//! Why a file is not taken.

use crate::platform::error::{ErrorCode, Failure};

/// What stands against a file, or in its way.
#[derive(Debug, thiserror::Error)]
pub enum FileRefused {
    #[error("Name the file: Content-Disposition: attachment; filename*=UTF-8''….")]
    NameMissing,
    #[error("There is nothing in this file.")]
    Empty,
    #[error("The file is larger than {0} bytes.")]
    TooLarge(u64),
    #[error("Files of this kind ({0}) are not taken.")]
    KindNotAllowed(&'static str),
    #[error("What is in this file is of no kind that is taken; executables, scripts and web pages never are.")]
    KindUnknown,
    #[error("The name ends in .{extension}, but this is {found}.")]
    NameDiffers { extension: String, found: &'static str },
    #[error("Content-Type says {declared}, but this is {found}.")]
    TypeDiffers { declared: String, found: &'static str },
    #[error("The virus scanner found something in this file; it was not taken.")]
    Infected,
    #[error("The file is larger than the virus scanner takes.")]
    TooLargeToScan,
    #[error("The virus scanner cannot be reached, so nothing can be taken now; try again shortly.")]
    ScannerAway,
    #[error("The rest of the file did not come.")]
    CutShort,
    #[error("{0:?}")]
    Failed(Failure),
}

impl FileRefused {
    /// The status, the code and, for programs, the reason: a closed set.
    pub const fn tells(&self) -> (u16, ErrorCode, &'static str) {
        match self {
            Self::NameMissing => (400, ErrorCode::BadUserInput, "NAME_MISSING"),
            Self::Empty => (400, ErrorCode::BadUserInput, "EMPTY"),
            Self::TooLarge(_) => (413, ErrorCode::Limited, "TOO_LARGE"),
            Self::KindNotAllowed(_) | Self::KindUnknown => (415, ErrorCode::BadUserInput, "KIND_NOT_ALLOWED"),
            Self::NameDiffers { .. } => (415, ErrorCode::BadUserInput, "NAME_DIFFERS"),
            Self::TypeDiffers { .. } => (415, ErrorCode::BadUserInput, "TYPE_DIFFERS"),
            Self::Infected => (422, ErrorCode::BadUserInput, "INFECTED"),
            Self::TooLargeToScan => (413, ErrorCode::Limited, "TOO_LARGE_TO_SCAN"),
            Self::ScannerAway => (503, ErrorCode::Limited, "SCANNER_AWAY"),
            Self::CutShort => (400, ErrorCode::BadUserInput, "CUT_SHORT"),
            Self::Failed(_) => (500, ErrorCode::Internal, "FAILED"),
        }
    }
}

impl From<Failure> for FileRefused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
