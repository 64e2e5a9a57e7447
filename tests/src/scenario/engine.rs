//! What a scenario needs of the engine it is played against.

use super::template::Template;

/// An engine under test, seen from outside. Time is the engine's: virtual or real.
pub trait Engine {
    /// The scenario connects; `connection` counts from 1. False when the engine takes no connection.
    fn connect(&mut self, connection: usize) -> bool;
    /// Whether the engine has connected to the scenario since it was asked last.
    fn accept(&mut self, connection: usize) -> bool;
    /// Bytes to the engine.
    fn send(&mut self, connection: usize, bytes: &[u8]);
    /// Appends the bytes that have come from the engine.
    fn receive(&mut self, connection: usize, bytes: &mut Vec<u8>);
    /// Whether the engine has closed the connection.
    fn closed(&self, connection: usize) -> bool;
    /// The scenario closes the connection.
    fn cut(&mut self, connection: usize);
    /// The operator, or the application, of the engine does something.
    ///
    /// # Errors
    /// What the engine said against it.
    fn operate(&mut self, operation: &Operation, body: &[(u32, Vec<u8>)]) -> Result<(), String>;
    /// Lets time pass: at most `limit_ns` nanoseconds, less when something happened before. Tells how much passed.
    fn pass(&mut self, limit_ns: u64) -> u64;
    /// Now, nanoseconds since 1970-01-01T00:00:00Z.
    fn utc_ns(&self) -> i64;
}

/// What the operator or the application of the engine can be asked to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// `operator logon`
    Logon,
    /// `operator logout "text"`
    Logout(String),
    /// `operator reset offline`, `logout-then-reset` or `in-session`
    Reset(String),
    /// `operator set-next-sender 7`
    SetNextSender(u64),
    /// `operator set-next-target 7`
    SetNextTarget(u64),
    /// `operator test-request`
    TestRequest,
    /// `operator disconnect`
    Disconnect,
    /// `operator send 35=D|...`: the application sends a message.
    Send(Template),
}

impl Operation {
    /// Reads what follows `operator`. `fails` before it means that the engine must refuse.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let number = || rest.parse().map_err(|_| format!("`{rest}` is no number"));
        Ok(match word {
            "logon" => Self::Logon,
            "logout" => Self::Logout(rest.trim_matches('"').to_owned()),
            "reset" if matches!(rest, "offline" | "logout-then-reset" | "in-session") => {
                Self::Reset(rest.to_owned())
            }
            "set-next-sender" => Self::SetNextSender(number()?),
            "set-next-target" => Self::SetNextTarget(number()?),
            "test-request" => Self::TestRequest,
            "disconnect" => Self::Disconnect,
            "send" => Self::Send(Template::parse(rest)?),
            _ => return Err(format!("`{text}` is nothing an operator does")),
        })
    }
}
