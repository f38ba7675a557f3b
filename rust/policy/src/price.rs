//! What a call costs: price tables, one compiled sheet a model, charges and holds.
//!
//! The snapshot compiles [`Tables`] into [`Sheet`]s; the relay pins a sheet and a group ratio at the
//! hold and charges with the same two at the end. Nothing here rounds but [`fixed`].

mod channel;
mod charge;
pub mod completion;
pub mod decimal;
pub mod expression;
pub mod fixed;
pub mod preview;
pub mod sheet;
pub mod stamp;
pub mod tables;
mod tools;

pub use channel::{ChannelPrices, ChannelPricesError};
pub use charge::{Charge, charge, hold_amount, task_charge};
pub use completion::{CompletionDefault, default_completion_ratio};
pub use decimal::{DecimalError, DecimalSheet};
pub use expression::{Asks, Expression, ExpressionError, RequestFacts, Scalar};
pub use fixed::QUOTA_CAP;
pub use preview::{Preview, PreviewError, PreviewRequest, PreviewUsage, price_preview};
pub use sheet::Sheet;
pub use stamp::{PriceStamp, QuotaType};
pub use tables::{Tables, default_prices_json};
