//! Signed checkpoints of a ledger: <https://c2sp.org/tlog-checkpoint>, a note as in
//! <https://c2sp.org/signed-note>, signed with Ed25519. Whoever holds one can later prove that the
//! ledger was not cut or rewritten before it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::merkle::Hash;

/// The longest note that is read. Room for the 16 signatures a verifier must take, even of the largest
/// (post-quantum) kind.
const MAX_NOTE_BYTES: usize = 128 * 1024;
/// What a signature line begins with: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";
/// The byte that stands for Ed25519 in a key id.
const ED25519: u8 = 0x01;

/// Why a checkpoint cannot be made, or is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The origin is empty or holds control characters.
    #[error("the origin must be one line, not empty, without control characters")]
    InvalidOrigin,
    /// The name of the key is empty or holds white space, `+` or control characters.
    #[error("the name of a key must not be empty nor hold white space, '+' or control characters")]
    InvalidKeyName,
    /// The text is not a signed note.
    #[error("not a signed note")]
    MalformedNote,
    /// The note is signed, but what it says is no checkpoint.
    #[error("not a checkpoint")]
    MalformedCheckpoint,
    /// No signature by the key that was asked for.
    #[error("not signed by the expected key")]
    UnknownSigner,
    /// The signature by the key that was asked for does not fit the text.
    #[error("the signature is not valid")]
    InvalidSignature,
}

/// A head of a ledger's tree: which ledger, how many leaves, which root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// A checkpoint. The origin names the ledger for good; it should be a URL without its scheme, such
    /// as `polity.example/ledgers/org_…`.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if origin.is_empty() || origin.contains(char::is_control) {
            return Err(CheckpointError::InvalidOrigin);
        }
        Ok(Self { origin, size, root })
    }

    /// The name of the ledger. Whoever verifies a checkpoint compares it with the ledger they meant: a
    /// key may sign for several.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree at that size.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// The text that is signed: origin, size in decimal and root in base64, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The checkpoint as a note signed with `key`. The name of the key should be the origin.
    pub fn sign(&self, key_name: &str, key: &SigningKey) -> Result<String, CheckpointError> {
        sign_note(self.body(), key_name, key)
    }

    /// Reads a checkpoint that `key`, known as `key_name`, has signed. Signatures by others (witnesses,
    /// other keys of the log) and extension lines are passed over.
    pub fn parse_and_verify(text: &str, key_name: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        Self::parse_body(verified_text(text, key_name, key)?)
    }

    fn parse_body(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::MalformedCheckpoint)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty());
        let parsed = line().zip(line().and_then(parse_size)).zip(line().and_then(parse_root));
        let ((origin, size), root) = parsed.ok_or(CheckpointError::MalformedCheckpoint)?;
        if lines.any(str::is_empty) {
            return Err(CheckpointError::MalformedCheckpoint);
        }
        Self::new(origin, size, root)
    }
}

/// Decimal digits without a leading zero.
fn parse_size(line: &str) -> Option<u64> {
    let digits = line.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = line == "0" || !line.starts_with('0');
    line.parse().ok().filter(|_| digits && canonical)
}

fn parse_root(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

/// The key id of an Ed25519 key: the first 4 bytes of SHA-256(name || 0x0A || 0x01 || public key).
pub fn key_id(key_name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash: Hash = Sha256::new()
        .chain_update(key_name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The key as it is handed to those who verify: `<name>+<key id in hex>+<base64 of 0x01 || public key>`,
/// the form that the note tools of Go and C2SP read.
pub fn verifier_key(key_name: &str, key: &VerifyingKey) -> Result<String, CheckpointError> {
    check_key_name(key_name)?;
    let mut material = vec![ED25519];
    material.extend(key.as_bytes());
    let id = u32::from_be_bytes(key_id(key_name, key));
    Ok(format!("{key_name}+{id:08x}+{}", STANDARD.encode(material)))
}

fn check_key_name(name: &str) -> Result<(), CheckpointError> {
    let unfit = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    if name.is_empty() || name.contains(unfit) { Err(CheckpointError::InvalidKeyName) } else { Ok(()) }
}

/// Signs a text that ends in a newline and holds no other control characters.
fn sign_note(text: String, key_name: &str, key: &SigningKey) -> Result<String, CheckpointError> {
    check_key_name(key_name)?;
    let mut signature = key_id(key_name, &key.verifying_key()).to_vec();
    signature.extend(key.sign(text.as_bytes()).to_bytes());
    let mut note = text;
    // Writing to a String cannot fail.
    let _ = writeln!(note, "\n{SIGNATURE_MARK}{key_name} {}", STANDARD.encode(signature));
    Ok(note)
}

/// The text of a note, once the signature by `key` has been found and holds. As in the reference
/// implementation, a line that is no signature line spoils the whole note, and of several signatures by
/// the one key the first decides.
fn verified_text<'a>(note: &'a str, key_name: &str, key: &VerifyingKey) -> Result<&'a str, CheckpointError> {
    let malformed = CheckpointError::MalformedNote;
    let stray_control = |character: char| character < ' ' && character != '\n';
    if note.len() > MAX_NOTE_BYTES || note.contains(stray_control) {
        return Err(malformed);
    }
    let split = note.rfind("\n\n").ok_or(malformed)?;
    let (text, signatures) = (&note[..=split], &note[split + 2..]);
    let signatures = signatures.strip_suffix('\n').ok_or(malformed)?;
    let wanted_id = key_id(key_name, key);
    let mut found = None;
    for line in signatures.split('\n') {
        let (name, encoded) =
            line.strip_prefix(SIGNATURE_MARK).and_then(|line| line.split_once(' ')).ok_or(malformed)?;
        check_key_name(name).map_err(|_| malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed)?;
        let (id, signature) = bytes.split_first_chunk().ok_or(malformed)?;
        if name == key_name && *id == wanted_id && found.is_none() {
            found = Some(signature.to_vec());
        }
    }
    let signature = found.ok_or(CheckpointError::UnknownSigner)?;
    let signature = Signature::from_slice(&signature).map_err(|_| CheckpointError::InvalidSignature)?;
    // Strict: refuses the weak keys under which one signature fits many texts.
    key.verify_strict(text.as_bytes(), &signature).map_err(|_| CheckpointError::InvalidSignature)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "polity.example/ledgers/1";

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::new(NAME, 42, [9; 32]).unwrap()
    }

    fn read(text: &str) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::parse_and_verify(text, NAME, &key().verifying_key())
    }

    /// A note around any text, signed as a checkpoint would be.
    fn signed(text: &str) -> String {
        sign_note(text.into(), NAME, &key()).unwrap()
    }

    #[test]
    fn a_note_is_signed_as_the_reference_implementation_signs_it() {
        // The example of Go's golang.org/x/mod/sumdb/note: its signer key, its note, its verifier key.
        let seed = STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let key = SigningKey::from_bytes(&seed[1..].try_into().unwrap());
        let text = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n";
        let note = format!(
            "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf\
            qdngotpRZb6KE6RyyBwJnAM=\n"
        );
        assert_eq!(sign_note(text.into(), "PeterNeumann", &key).unwrap(), note);
        assert_eq!(verified_text(&note, "PeterNeumann", &key.verifying_key()), Ok(text));
        assert_eq!(
            verifier_key("PeterNeumann", &key.verifying_key()).unwrap(),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
    }

    #[test]
    fn a_checkpoint_of_go_s_checksum_database_is_read() {
        // The head that the tlog-checkpoint specification shows (under a made-up name there).
        let note = "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            \u{2014} sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE\
            +xeMcTOAYQ8=\n";
        let public = STANDARD.decode("Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").unwrap();
        let key = VerifyingKey::from_bytes(public[1..].try_into().unwrap()).unwrap();
        let read = Checkpoint::parse_and_verify(note, "sum.golang.org", &key).unwrap();
        assert_eq!((read.origin(), read.size()), ("go.sum database tree", 20_852_163));
        assert!(note.starts_with(&read.body()));
    }

    #[test]
    fn a_checkpoint_comes_back_and_others_signatures_are_passed_over() {
        let note = checkpoint().sign(NAME, &key()).unwrap();
        assert_eq!(read(&note), Ok(checkpoint()));
        let witness = SigningKey::from_bytes(&[8; 32]);
        let witnessed = checkpoint().sign("witness.example", &witness).unwrap();
        let line = witnessed.strip_prefix(&format!("{}\n", checkpoint().body())).unwrap();
        assert_eq!(read(&format!("{note}{line}")), Ok(checkpoint()));
        assert_eq!(read(&witnessed), Err(CheckpointError::UnknownSigner));
        // The same name with another key is a stranger, too.
        let other = checkpoint().sign(NAME, &witness).unwrap();
        assert_eq!(read(&other), Err(CheckpointError::UnknownSigner));
    }

    #[test]
    fn a_changed_checkpoint_is_refused() {
        let note = checkpoint().sign(NAME, &key()).unwrap();
        assert_eq!(read(&note.replace("\n42\n", "\n43\n")), Err(CheckpointError::InvalidSignature));
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(read(&changed).is_err(), "byte {at}");
        }
        for end in 0..note.len() {
            assert!(note.get(..end).is_none_or(|cut| read(cut).is_err()), "cut at {end}");
        }
    }

    #[test]
    fn what_is_signed_must_still_be_a_checkpoint() {
        let root = STANDARD.encode([9; 32]);
        assert_eq!(read(&signed(&format!("{NAME}\n42\n{root}\nextension\n"))), Ok(checkpoint()));
        for text in [
            String::from("\n"),
            format!("{NAME}\n"),
            format!("{NAME}\n42\n"),
            format!("\n42\n{root}\n"),
            format!("{NAME}\n042\n{root}\n"),
            format!("{NAME}\n+42\n{root}\n"),
            format!("{NAME}\n18446744073709551616\n{root}\n"),
            format!("{NAME}\n42\n{}\n", &root[4..]),
            format!("{NAME}\n42\n{root}\n\nextension\n"),
        ] {
            assert_eq!(read(&signed(&text)), Err(CheckpointError::MalformedCheckpoint), "{text:?}");
        }
    }

    #[test]
    fn names_that_would_break_the_format_are_refused() {
        assert_eq!(Checkpoint::new("", 0, [0; 32]), Err(CheckpointError::InvalidOrigin));
        assert_eq!(Checkpoint::new("a\n1", 0, [0; 32]), Err(CheckpointError::InvalidOrigin));
        for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b"] {
            assert_eq!(checkpoint().sign(name, &key()), Err(CheckpointError::InvalidKeyName));
        }
    }
}
