//! The endpoints that the relay serves and the family each belongs to.
//! First thing a request is mapped to; holds no rule beyond names and paths.

/// An API's wire form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Family {
    /// `OpenAI` chat completions and the legacy completions.
    OpenaiChat,
    /// `OpenAI` embeddings.
    Embeddings,
}

/// One relay endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Endpoint {
    /// `POST /v1/chat/completions`
    ChatCompletions,
    /// `POST /v1/completions`
    Completions,
    /// `POST /v1/embeddings`
    Embeddings,
}

impl Endpoint {
    /// Every endpoint, in the order of their paths.
    pub const ALL: [Self; 3] = [Self::ChatCompletions, Self::Completions, Self::Embeddings];

    /// Returns the family whose bytes this endpoint carries.
    pub const fn family(self) -> Family {
        match self {
            Self::ChatCompletions | Self::Completions => Family::OpenaiChat,
            Self::Embeddings => Family::Embeddings,
        }
    }

    /// Returns the public path, with `/v1`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "/v1/chat/completions",
            Self::Completions => "/v1/completions",
            Self::Embeddings => "/v1/embeddings",
        }
    }

    /// Returns the path below the version segment, with its leading slash: `/chat/completions`.
    pub const fn task_path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "/chat/completions",
            Self::Completions => "/completions",
            Self::Embeddings => "/embeddings",
        }
    }

    /// Returns the endpoint of a request path (no query), or `None` when the relay does not serve it.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path)
    }

    /// Returns a short name for metric labels and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChatCompletions => "chat_completions",
            Self::Completions => "completions",
            Self::Embeddings => "embeddings",
        }
    }
}
