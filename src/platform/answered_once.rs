//! A field that stands several times in a document under one name is one field of the answer (GraphQL, 5.3.2), but the library
//! resolves it each time. What leaves a trace must not: it is answered once for each name.

use crate::platform::error::{Failure, Result};
use async_graphql::Context;
use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

type Answer = Arc<dyn Any + Send + Sync>;

/// The root fields of one request that were answered, or are being answered, by the name that the caller gives them.
#[derive(Default)]
pub struct AnsweredOnce(Mutex<HashMap<String, Arc<OnceCell<Answer>>>>);

impl AnsweredOnce {
    /// Does the work of the root field that is being resolved, unless it was done under this name; gives its result.
    pub async fn answer<T>(ctx: &Context<'_>, work: impl Future<Output = T> + Send) -> Result<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        let name = ctx.item.node.response_key().node.to_string();
        let once = ctx.data_unchecked::<Self>();
        let cell = Arc::clone(once.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
        let answer = cell.get_or_init(|| async move { Arc::new(work.await) as Answer }).await;
        let answer = answer.downcast_ref::<T>().ok_or_else(|| Failure::internal("two fields of one name"))?;
        Ok(answer.clone())
    }
}
