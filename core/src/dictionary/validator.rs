//! The dictionaries of one session, and which of them a message is measured by.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::check::{Body, Check};
use super::definition::Dictionary;
use super::validation::Validation;
use super::violation::Violation;
use crate::msg_type;
use crate::reject_reason::SessionRejectReason;
use crate::tags;
use crate::version::ApplVerId;
use crate::wire::Message;

/// Checks messages against the dictionaries of a session. Dictionaries are shared, so that a clone for each session
/// costs little; the default application version and the switches are the session's own.
///
/// FIX.4.x has one dictionary. In FIXT.1.1 the transport dictionary holds header, trailer and administrative
/// messages, and the application message is measured by the dictionary of its version: ApplVerID(1128) when the
/// message has one, else the default, which is what the counterparty's Logon says in DefaultApplVerID(1137)
/// (FIXT.1.1, "Application version").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Validator {
    transport: Arc<Dictionary>,
    /// What FIXT.1.1 carries; `None` for FIX.4.x.
    applications: Option<Applications>,
    validation: Validation,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Applications {
    default: ApplVerId,
    dictionaries: Vec<(ApplVerId, Arc<Dictionary>)>,
}

impl Validator {
    /// A validator for FIX.4.x: one dictionary for everything.
    #[must_use]
    pub fn new(dictionary: Arc<Dictionary>) -> Self {
        Self { transport: dictionary, applications: None, validation: Validation::default() }
    }

    /// A validator for FIXT.1.1. As long as no application dictionary is added, the bodies of application messages
    /// are not examined.
    #[must_use]
    pub fn fixt(transport: Arc<Dictionary>, default_appl_ver_id: ApplVerId) -> Self {
        let applications = Applications { default: default_appl_ver_id, dictionaries: Vec::new() };
        Self { transport, applications: Some(applications), validation: Validation::default() }
    }

    /// Measures application messages of this version by this dictionary, in place of the one set before. Of no
    /// effect for FIX.4.x, where application versions do not exist.
    #[must_use]
    pub fn with_application(mut self, version: ApplVerId, dictionary: Arc<Dictionary>) -> Self {
        if let Some(applications) = &mut self.applications {
            applications.dictionaries.retain(|(known, _)| *known != version);
            applications.dictionaries.push((version, dictionary));
        }
        self
    }

    /// Applies these switches.
    #[must_use]
    pub fn with_validation(mut self, validation: Validation) -> Self {
        self.validation = validation;
        self
    }

    /// The switches.
    #[must_use]
    pub fn validation(&self) -> &Validation {
        &self.validation
    }

    /// The version of application messages without ApplVerID(1128); `None` for FIX.4.x.
    #[must_use]
    pub fn default_appl_ver_id(&self) -> Option<ApplVerId> {
        self.applications.as_ref().map(|applications| applications.default)
    }

    /// Sets the version of application messages without ApplVerID(1128): what the counterparty's Logon said in
    /// DefaultApplVerID(1137). Of no effect for FIX.4.x.
    pub fn set_default_appl_ver_id(&mut self, version: ApplVerId) {
        if let Some(applications) = &mut self.applications {
            applications.default = version;
        }
    }

    /// Finds the first rule that the message breaks. The module's documentation says which one that is when there
    /// are several. BeginString(8) is not compared with the dictionary.
    ///
    /// # Errors
    /// The [`Violation`], which converts into the verdict that rejects the message.
    pub fn check(&self, message: &Message<'_>) -> Result<(), Violation> {
        let body = self.body(message)?;
        Check::new(message, &self.transport, body, &self.validation).message()
    }

    /// What the message's body is measured by. Administrative messages, and others that the transport dictionary
    /// defines itself (XMLnonFIX), have no application version.
    fn body(&self, message: &Message<'_>) -> Result<Body<'_>, Violation> {
        let msg_type = message.msg_type();
        let unknown = Violation { reason: SessionRejectReason::InvalidMsgType, tag: None };
        if let Some(definition) = self.transport.message(msg_type) {
            return Ok(Body { dictionary: &self.transport, members: Some(&definition.members) });
        }
        match &self.applications {
            Some(applications) if !msg_type::is_admin(msg_type) => match applications.of(message)? {
                Some(dictionary) => {
                    let definition = dictionary.message(msg_type).ok_or(unknown)?;
                    Ok(Body { dictionary, members: Some(&definition.members) })
                }
                None => Ok(Body { dictionary: &self.transport, members: None }),
            },
            Some(_) | None => Err(unknown),
        }
    }
}

impl Applications {
    /// The dictionary of the message's version; none when none was configured at all. An empty ApplVerID(1128) says
    /// nothing here: it is found as an empty field.
    fn of(&self, message: &Message<'_>) -> Result<Option<&Dictionary>, Violation> {
        if self.dictionaries.is_empty() {
            return Ok(None);
        }
        let written = message.header_field(tags::APPL_VER_ID).filter(|value| !value.is_empty());
        let version = written.map_or(Some(self.default), ApplVerId::from_bytes);
        let dictionary = self.dictionaries.iter().find(|(known, _)| Some(*known) == version);
        match dictionary {
            Some((_, dictionary)) => Ok(Some(dictionary)),
            None => Err(Violation {
                reason: SessionRejectReason::InvalidUnsupportedApplicationVersion,
                tag: written.map(|_| i64::from(tags::APPL_VER_ID)),
            }),
        }
    }
}
