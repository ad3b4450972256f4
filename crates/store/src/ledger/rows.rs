//! The ledger's rows.

/// The heads: one row a tree.
pub mod tree {
    use sea_orm::entity::prelude::*;

    /// The table `trees`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trees")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tree_id: Uuid,
        pub revision: i64,
        pub frontier: Vec<u8>,
        pub root_hash: Vec<u8>,
        pub update_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The leaves.
pub mod leaf {
    use sea_orm::entity::prelude::*;

    /// The table `ledger_leaves`: a trigger refuses UPDATE and DELETE.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_leaves")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tree_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        pub event_id: Uuid,
        pub organization_id: Uuid,
        pub kind: String,
        pub actor_kind: String,
        pub actor_id: Option<Uuid>,
        /// The grant by which one of the platform's staff did it.
        pub support_access_grant_id: Option<Uuid>,
        pub request_id: Uuid,
        pub event_time: i64,
        /// What happened: the kind, or what an application calls it.
        pub action: String,
        pub crud: String,
        /// The id of what changed.
        pub target: Option<String>,
        /// The application's id of an event that it recorded.
        pub record_id: Option<String>,
        pub leaf: String,
        pub leaf_hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What concerns persons, beside the leaves.
pub mod personal {
    use sea_orm::entity::prelude::*;

    /// The table `ledger_personal`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_personal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tree_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        pub salt: Vec<u8>,
        pub personal: String,
        /// What is searched by and names persons: it goes with the rest of this row.
        pub ip_address: Option<String>,
        pub description_folded: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The complete interior nodes of the Merkle trees.
pub mod node {
    use sea_orm::entity::prelude::*;

    /// The table `ledger_nodes`: a trigger refuses UPDATE and DELETE.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_nodes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tree_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
