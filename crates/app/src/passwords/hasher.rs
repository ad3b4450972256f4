//! The hashing itself, on the thread it is called on.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Version};
use parking_lot::Mutex;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Password;
use crate::error::AppError;

/// How many bytes a hash has.
const OUTPUT_LENGTH: usize = 32;
/// A stored hash that asks for more memory (1 GiB) was not made here.
const MOST_MEMORY_KIB: u32 = 1 << 20;
/// A stored hash that asks for more passes was not made here.
const MOST_ITERATIONS: u32 = 1 << 10;

/// What one Argon2id hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Params {
    /// 19 MiB and two passes: OWASP's first choice for small memory.
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// What became of a password that was to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It is another one, or there is none.
    No,
    /// It is the one.
    Yes {
        /// The hash was made at another cost than today's: store a new one while the password is known.
        rehash_needed: bool,
    },
}

/// Bytes that no allocator takes from what it keeps for small things.
const LARGE: usize = 4 << 20;

pub(super) struct Hasher {
    pepper: Zeroizing<[u8; 32]>,
    params: argon2::Params,
    /// Kept between hashes: to ask for it anew costs a tenth of the time.
    idle: Mutex<Idle>,
}

/// Memory that no hash uses now.
#[derive(Default)]
struct Idle {
    /// For one hash each.
    memory: Vec<Vec<Block>>,
    /// How much of it no hash has needed since memory was last given back.
    spare: usize,
}

impl Idle {
    fn take(&mut self) -> Option<Vec<Block>> {
        let memory = self.memory.pop();
        self.spare = self.spare.min(self.memory.len());
        memory
    }
}

impl Hasher {
    pub fn new(params: Params, pepper: Zeroizing<[u8; 32]>) -> Result<Self, AppError> {
        let Params { memory_kib, iterations, parallelism } = params;
        if memory_kib > MOST_MEMORY_KIB || iterations > MOST_ITERATIONS {
            return Err(AppError::internal("the cost of a password's hash is too high"));
        }
        let params = argon2::Params::new(memory_kib, iterations, parallelism, Some(OUTPUT_LENGTH))
            .map_err(AppError::internal)?;
        Ok(Self { pepper, params, idle: Mutex::default() })
    }

    pub fn hash(&self, password: &Password, salt: &[u8; 16]) -> Result<String, AppError> {
        let mut output = [0; OUTPUT_LENGTH];
        let argon2 = self.argon2(Algorithm::Argon2id, Version::V0x13, self.params.clone())?;
        self.compute(&argon2, password, salt, &mut output)?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&self.params).try_into().map_err(AppError::internal)?,
            salt: Some(Salt::new(salt).map_err(AppError::internal)?),
            hash: Some(Output::new(&output).map_err(AppError::internal)?),
        };
        Ok(phc.to_string())
    }

    pub fn verify(&self, password: &Password, phc: Option<&str>) -> Result<Verified, AppError> {
        let Some(phc) = phc else {
            let argon2 = self.argon2(Algorithm::Argon2id, Version::V0x13, self.params.clone())?;
            self.compute(&argon2, password, b"no such account.", &mut [0; OUTPUT_LENGTH])?;
            return Ok(Verified::No);
        };
        let stored = Stored::parse(phc)?;
        let rehash_needed = stored.is_unlike(&self.params);
        let argon2 = self.argon2(stored.algorithm, stored.version, stored.params)?;
        let mut output = vec![0; stored.output.len()];
        self.compute(&argon2, password, &stored.salt, &mut output)?;
        let same = output.ct_eq(stored.output.as_bytes()).into();
        Ok(if same { Verified::Yes { rehash_needed } } else { Verified::No })
    }

    /// Gives memory back that no hash has needed since this was last called.
    pub fn give_back_memory(&self) {
        let mut idle = self.idle.lock();
        let needed = idle.memory.len().saturating_sub(idle.spare);
        idle.memory.truncate(needed);
        idle.spare = needed;
        drop(idle);
        // The allocator hands what was freed a while ago back to the system when it is asked for something large.
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
    }

    #[cfg(test)]
    pub fn idle_memory(&self) -> usize {
        self.idle.lock().memory.len()
    }

    fn argon2(
        &self,
        algorithm: Algorithm,
        version: Version,
        params: argon2::Params,
    ) -> Result<Argon2<'_>, AppError> {
        Argon2::new_with_secret(self.pepper.as_slice(), algorithm, version, params)
            .map_err(AppError::internal)
    }

    fn compute(
        &self,
        argon2: &Argon2<'_>,
        password: &Password,
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<(), AppError> {
        let needed = argon2.params().block_count();
        let usual = needed == self.params.block_count();
        let idle = if usual { self.idle.lock().take() } else { None };
        let mut memory = idle.unwrap_or_else(|| vec![Block::new(); needed]);
        let result = argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory);
        if usual {
            self.idle.lock().memory.push(memory);
        }
        result.map_err(AppError::internal)
    }
}

/// A stored hash, taken apart.
struct Stored {
    algorithm: Algorithm,
    version: Version,
    params: argon2::Params,
    salt: Salt,
    output: Output,
}

impl Stored {
    /// Reads a PHC string. That it cannot be read is a fault of ours, never of the one who signs in.
    fn parse(phc: &str) -> Result<Self, AppError> {
        let fault = || AppError::internal("a stored password hash cannot be read");
        let hash = PasswordHash::new(phc).map_err(AppError::internal)?;
        let params = argon2::Params::try_from(&hash).map_err(AppError::internal)?;
        if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > MOST_ITERATIONS {
            return Err(fault());
        }
        Ok(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str()).map_err(AppError::internal)?,
            version: Version::try_from(hash.version.ok_or_else(fault)?).map_err(AppError::internal)?,
            params,
            salt: hash.salt.ok_or_else(fault)?,
            output: hash.hash.ok_or_else(fault)?,
        })
    }

    /// Whether it was made in another way than a new one would be.
    fn is_unlike(&self, params: &argon2::Params) -> bool {
        let cost = |params: &argon2::Params| (params.m_cost(), params.t_cost(), params.p_cost());
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.output.len() != OUTPUT_LENGTH
            || cost(&self.params) != cost(params)
    }
}
