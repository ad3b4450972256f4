//! The rows of accounts, sessions and what waits to become an account.

/// Accounts.
pub mod user {
    use polity_domain::email::Email;
    use polity_domain::ids::UserId;
    use polity_domain::listing::fold;
    use polity_domain::time::Time;
    use polity_domain::users::User;
    use sea_orm::entity::prelude::*;

    use crate::StoreError;
    use crate::convert::signed;

    /// The table `users`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email_address: String,
        pub email_canonical: String,
        pub display_name: String,
        pub display_name_folded: String,
        pub create_time: i64,
        pub update_time: i64,
        pub revision: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub(crate) fn write(user: &User, revision: u64) -> Self {
            Self {
                id: user.id.uuid(),
                email_address: user.email.as_str().to_owned(),
                email_canonical: user.email.canonical().to_owned(),
                display_name: user.display_name.clone(),
                display_name_folded: fold(&user.display_name),
                create_time: user.create_time.micros(),
                update_time: user.update_time.micros(),
                revision: signed(revision),
            }
        }
    }

    impl TryFrom<Model> for User {
        type Error = StoreError;

        fn try_from(row: Model) -> Result<Self, StoreError> {
            Ok(Self {
                id: UserId::from_uuid(row.id),
                email: Email::parse(&row.email_address).map_err(StoreError::corrupt)?,
                display_name: row.display_name,
                create_time: Time(row.create_time),
                update_time: Time(row.update_time),
            })
        }
    }
}

/// Password hashes.
pub mod password {
    use sea_orm::entity::prelude::*;

    /// The table `passwords`.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passwords")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub hash: String,
        pub update_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl std::fmt::Debug for Model {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("password::Model([redacted])")
        }
    }
}

/// Registrations that wait for the proof of their address.
pub mod registration {
    use sea_orm::entity::prelude::*;

    /// The table `registrations`.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "registrations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email_address: String,
        pub email_canonical: String,
        pub display_name: String,
        pub password_hash: String,
        pub create_time: i64,
        pub expire_time: i64,
        pub used_time: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl std::fmt::Debug for Model {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("registration::Model([redacted])")
        }
    }
}

/// Sessions.
pub mod session {
    use sea_orm::entity::prelude::*;

    /// The table `sessions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub create_time: i64,
        pub last_used_time: i64,
        pub idle_expire_time: i64,
        pub absolute_expire_time: i64,
        pub end_time: Option<i64>,
        pub ip_address: Option<String>,
        pub user_agent: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Refresh tokens.
pub mod refresh_token {
    use sea_orm::entity::prelude::*;

    /// The table `refresh_tokens`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub session_id: Uuid,
        pub hash: Vec<u8>,
        pub create_time: i64,
        pub expire_time: i64,
        pub used_time: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Keys that sign access tokens.
pub mod signing_key {
    use sea_orm::entity::prelude::*;

    /// The table `signing_keys`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The key before it; the nil UUID for the first.
        pub follows: Uuid,
        pub create_time: i64,
        pub activate_time: i64,
        pub retire_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
