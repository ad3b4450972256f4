//! Linked accounts and user actions under `/v1/organisations/{organisationId}`.

use anyhow::{Result, ensure};
use serde_json::json;

use super::guide::{Guide, ask};
use super::{Cast, key};
use crate::tour::stage::{Actor, Stage, holds};

/// The document's own example.
const CLUSTER: &str = "2f02e54a-26cd-4929-a24f-c72922b763df";

pub async fn show(stage: &Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.document(
        "002",
        "Linked accounts and user actions. The key is shown as the password of Basic authentication.",
    );
    let permissions =
        ["organizations.read", "organizations.create", "organizations.unlink", "audit.read", "audit.record"];
    let body = json!({"title": "Organization Management", "permissions": permissions, "descendants": true});
    let basic = stage.basic("the organization's key", &key(&cast.john, &cast.organization, body).await?);
    let accounts = format!("/v1/organisations/{}/linked-accounts", cast.organization);
    let account = create(stage, guide, cast, &basic, &accounts).await?;
    retrieve(guide, &basic, &accounts).await?;
    actions(stage, guide, cast, &basic, &account).await?;
    unlink(guide, &basic, &format!("{accounts}/{account}")).await
}

async fn create(
    stage: &Stage,
    guide: &mut Guide,
    cast: &Cast,
    basic: &Actor,
    accounts: &str,
) -> Result<String> {
    guide.part("Create a new account.");
    let body = json!({"validationMessages": {}, "accountName": "string"});
    let says = "Successfully created a new account for the organization.";
    let made =
        guide.shows(says, basic, ask(format!("POST {accounts}")).with(body), 200, &["/accountId"]).await?;
    let says = "Invalid Request Params, User is unable to create accounts or unable to link to organization or update \
        billing details.";
    let wrong = json!({"accountName": ""});
    guide
        .shows(
            says,
            basic,
            ask(format!("POST {accounts}")).with(wrong),
            400,
            &["/validationMessages/accountName"],
        )
        .await?;
    let body = json!({"title": "Reads", "permissions": ["organizations.read"]});
    let unable = stage.basic("a key without the right", &key(&cast.john, &cast.organization, body).await?);
    let body = json!({"accountName": "string"});
    guide
        .shows(says, &unable, ask(format!("POST {accounts}")).with(body), 400, &["/validationMessages"])
        .await?;
    let body = json!({"accountName": "string"});
    let nowhere = ask("POST /v1/organisations/nonsense/linked-accounts").with(body);
    guide.shows("Invalid organization ID.", basic, nowhere, 404, &["/code"]).await?;
    Ok(made.text("/accountId")?.to_owned())
}

async fn retrieve(guide: &mut Guide, basic: &Actor, accounts: &str) -> Result<()> {
    guide.part("Retrieve linked accounts");
    let says = "Successfully retrieved accounts linked to the organization.";
    guide
        .shows(says, basic, ask(format!("GET {accounts}")), 200, &["/0/accountId", "/0/accountName"])
        .await?;
    let nowhere = ask("GET /v1/organisations/nonsense/linked-accounts");
    guide.shows("Invalid organization id", basic, nowhere, 404, &["/code"]).await?;
    Ok(())
}

/// The thirteen parameters, each with the document's row.
async fn actions(stage: &Stage, guide: &mut Guide, cast: &Cast, basic: &Actor, account: &str) -> Result<()> {
    let event = json!({
        "event_id": "1", "action": "CREATE_CLUSTER", "target": CLUSTER, "account": account,
        "description": "The cluster was made by an update",
    });
    let events = format!("/api/v1/organizations/{}/audit-events", cast.organization);
    basic.post(&events, event, 201).await?;
    guide.part("Get user actions");
    let path = format!("/v1/organisations/{}/user-actions", cast.organization);
    let record = ["/0/resources/0/action", "/0/totalResults", "/0/actionCounts"];
    let one = "/0/resources/0";
    let says = "Successfully retrieved the user actions for the organization and its linked accounts";
    guide
        .shows(
            says,
            basic,
            ask(format!("GET {path}")),
            200,
            &["/0/totalResults", "/0/startIndex", "/0/itemsPerPage", one, "/0/actionCounts"],
        )
        .await?;
    let rows: [(&str, String, &[&str]); 13] = [
        ("pageSize: Number of records to return per page", "pageSize=50".to_owned(), &["/0/itemsPerPage"]),
        (
            "recordIndex: Starting index for the records to return, useful for pagination. e.g. 10 will return records \
             starting from 11",
            "recordIndex=1".to_owned(),
            &["/0/startIndex", "/0/resources/0/action"],
        ),
        (
            "actionKinds: Filter results by types of actions. Multiple actions are allowed. Invalid value will be ignored",
            "actionKinds=LINK_ACCOUNT,NONSENSE&actionKinds=CREATE_CLUSTER".to_owned(),
            &record,
        ),
        (
            "descriptionKeyword: Keyword in the action description",
            "descriptionKeyword=update".to_owned(),
            &record,
        ),
        ("account: Account ID or name", format!("account={account}"), &record),
        ("clusterId: Cluster Id", format!("clusterId={CLUSTER}"), &["/0/resources/0/clusterId"]),
        (
            "crudOperations: Operation type in CRUD form. Invalid value will be ignored",
            "crudOperations=ORG_LEVEL_USER_ACTIONS_CREATE".to_owned(),
            &record,
        ),
        ("userName: Username", "userName=john".to_owned(), &["/0/resources/0/userName"]),
        (
            "startTime: Start timestamp in milliseconds since epoch or ISO formatted date and time",
            "startTime=2023-11-05T13:15:30Z".to_owned(),
            &record,
        ),
        (
            "endTime: End timestamp in milliseconds since epoch or ISO formatted date and time",
            "endTime=1699190130000".to_owned(),
            &["/0/totalResults"],
        ),
        (
            "getActionCounts: If set to true, the response will include counts of each action type",
            "getActionCounts=false&pageSize=1".to_owned(),
            &["/0/totalResults"],
        ),
        (
            "organisationLogsOnly: If set to true, the response will include only logs related to the organization",
            "organisationLogsOnly=true".to_owned(),
            &record,
        ),
        (
            "accountLogsOnly: If set to true, the response will include only logs related to the accounts",
            "accountLogsOnly=true".to_owned(),
            &record,
        ),
    ];
    for (says, query, printed) in rows {
        let answer = guide.shows(says, basic, ask(format!("GET {path}?{query}")), 200, printed).await?;
        let counted = answer.body.pointer("/0/actionCounts").is_some();
        ensure!(counted != query.starts_with("getActionCounts=false"), "{query}: the counts");
    }
    guide.shows("Unauthorized", &stage.nobody, ask(format!("GET {path}")), 401, &["/code"]).await?;
    let body = json!({"title": "Reads", "permissions": ["organizations.read"]});
    let unable = stage.basic("a key without the right", &key(&cast.john, &cast.organization, body).await?);
    guide.shows("Forbidden", &unable, ask(format!("GET {path}")), 403, &["/code"]).await?;
    Ok(())
}

async fn unlink(guide: &mut Guide, basic: &Actor, account: &str) -> Result<()> {
    guide.part("Unlink an account");
    let says = "Successfully unlinked account from the organization.";
    let left = guide.shows(says, basic, ask(format!("DELETE {account}")), 200, &["/0/id", "/0/name"]).await?;
    holds(&left, "/0/name", &json!("My Organization"))?;
    let says = "Account is not linked to the organization";
    guide.shows(says, basic, ask(format!("DELETE {account}")), 404, &["/code"]).await?;
    Ok(())
}
