//! Changing single incidents: what a person puts right by hand.
//!
//! A row that was changed so is marked, so that its report coming again leaves it alone; one that
//! was removed stays away.

use deadpool_postgres::Object;
use serde_json::{Map, Value, json};

use super::super::{Author, Edit, StoredIncident};
use super::link::Trouble;
use super::read;
use super::wire::Text;
use super::write::{Placed, Plan, Step, incidents_before, make_month, month_of, state_of};

/// What column `edited_elsewhere` holds of a row that was changed here: its JSON is right, and its
/// report must not overwrite it. Another program's edit makes it 1, and then its columns are right.
const EDITED_HERE: i32 = 2;

/// Asks `change` what to do with an incident as it is and does it, all or nothing; gives the number
/// of the revision, or `None` when nothing was to be done.
///
/// `ending` is set before the transaction is ended: when the connection breaks after that, nobody
/// knows whether it was kept, and the change is not to be made again.
pub async fn edit(
    client: &mut Object,
    id: &str,
    author: &Author,
    channel: &str,
    change: &mut dyn FnMut(Option<&StoredIncident>) -> Option<Edit>,
    ending: &mut bool,
) -> Result<Option<u64>, Trouble> {
    let transaction = client.transaction().await?;
    let known = incidents_before(&transaction, "id = $1", &Text(id)).await?.pop();
    let current = match &known {
        Some(known) => read::incident(&transaction, known.month, known.fid).await?,
        None => None,
    };
    let Some(edit) = change(current.as_ref()) else { return Ok(None) };
    let mut plan = Plan::default();
    let before = current.as_ref().map(|current| state_now(current).to_string());
    if let Some(known) = &known {
        plan.remove(known);
    }
    let record = match edit {
        Edit::Put(record) => Some(record),
        Edit::Delete => None,
    };
    match &record {
        Some(record) => {
            make_month(&transaction, month_of(record)).await?;
            let document_id = record.properties.get("doc_id").and_then(Value::as_str);
            plan.place(Placed { document_id, incident: record, fid: known.as_ref().map(|known| known.fid), mark: EDITED_HERE });
            let after = before.is_some().then(|| state_of(record).to_string());
            plan.step(Step { what: "incident", id, action: if before.is_some() { "update" } else { "create" }, before, after });
        }
        None if known.is_none() => return Ok(None),
        // The mark tells this from an incident that its report no longer has.
        None => plan.step(Step { what: "incident", id, action: "delete", before, after: Some(json!({"removed": true}).to_string()) }),
    }
    plan.more_incidents = i64::from(record.is_some()) - i64::from(known.is_some());
    let revision = plan.write(&transaction, author, channel).await?;
    *ending = true;
    transaction.commit().await?;
    Ok(Some(revision))
}

fn state_now(incident: &StoredIncident) -> Value {
    let properties: Map<String, Value> = serde_json::from_str(&incident.properties).unwrap_or_default();
    json!({"lon": incident.position.map(|at| at.lon), "lat": incident.position.map(|at| at.lat), "properties": properties})
}
