//! Several servers, the real binary, on one PostgreSQL that the test starts for itself: so it can be stopped, started
//! anew and taken back. Whatever happens to them, what was revoked is allowed by none.

mod bound;
mod cluster;
mod failover;
mod frozen;
mod house;
mod standby;
mod standby_pool;
mod standby_random;
mod trace;
mod worker;
