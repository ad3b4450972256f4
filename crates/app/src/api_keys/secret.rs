//! A new secret of a key: the text that is shown once, and the hash that is kept.

use polity_domain::ids::ApiKeyId;
use polity_domain::ledger::leaf::hex;
use polity_domain::secret_format::{Revealed, SecretBytes, Token, TokenKind};
use zeroize::Zeroizing;

use crate::Op;

/// Draws a secret for a key: the whole key in writing, and what is kept of it.
pub(super) fn draw(op: &Op, id: ApiKeyId) -> (Revealed, String) {
    let mut bytes = Zeroizing::new([0; 32]);
    op.app().chance.fill(bytes.as_mut_slice());
    let token = Token { kind: TokenKind::ApiKey, id: id.uuid(), secret: SecretBytes::new(*bytes) };
    let hash = op.app().secrets.hash_secret(TokenKind::ApiKey, token.id, &token.secret);
    (token.format(), hex(&hash))
}

/// The first characters of a key, for people to recognise it by: its id makes them, not its secret.
pub(super) fn prefix(id: ApiKeyId) -> String {
    Token { kind: TokenKind::ApiKey, id: id.uuid(), secret: SecretBytes::new([0; 32]) }.prefix()
}
