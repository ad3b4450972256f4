//! The rows of consumption.

/// The counters.
pub mod counter {
    use sea_orm::entity::prelude::*;

    /// The table `consumption`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consumption")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub granularity: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub period_time: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub meter: String,
        pub quantity: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The events that applications recorded.
pub mod event {
    use sea_orm::entity::prelude::*;

    /// The table `consumption_events`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consumption_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: String,
        pub meter: String,
        pub quantity: i64,
        /// When it was used: a correction counts when what it corrects did.
        pub event_time: i64,
        /// Whether the application said when.
        pub timed: bool,
        pub corrects: Option<String>,
        /// What is left of it, its corrections taken off.
        pub remaining: i64,
        pub attributes: Option<String>,
        pub create_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
