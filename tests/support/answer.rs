//! What the server said.

use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The value at a JSON pointer below `data`; fails when the answer has errors.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        assert!(self.body.get("errors").is_none(), "{:#}", self.body);
        let pointer = format!("/data{pointer}");
        self.body.pointer(&pointer).unwrap_or_else(|| panic!("nothing at {pointer} in {:#}", self.body))
    }

    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer} in {:#}", self.body)).to_owned()
    }

    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_else(|| panic!("no number at {pointer} in {:#}", self.body))
    }

    /// The code of the first error.
    #[track_caller]
    pub fn error_code(&self) -> &str {
        let code = self.body.pointer("/errors/0/extensions/code").and_then(Value::as_str);
        code.unwrap_or_else(|| panic!("no error code in {:#}", self.body))
    }

    /// The refusals of a mutation, as `CODE RULE` or `CODE RULE field`.
    #[track_caller]
    pub fn refusals(&self, mutation: &str) -> Vec<String> {
        let refusals = self.at(&format!("/{mutation}/refusals")).as_array().unwrap();
        refusals
            .iter()
            .map(|refusal| {
                let part = |name: &str| refusal[name].as_str().map(|text| format!(" {text}")).unwrap_or_default();
                format!("{}{}{}", refusal["code"].as_str().unwrap(), part("rule"), part("field"))
            })
            .collect()
    }

    /// Fails unless the mutation was done.
    #[track_caller]
    pub fn done(&self, mutation: &str) -> &Self {
        assert_eq!(self.refusals(mutation), Vec::<String>::new(), "{:#}", self.body);
        self
    }
}
