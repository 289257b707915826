import TieredCaching

extension EditReport {
  /// Writes the members of the report's JSON object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("kind", kind.rawValue)
    json.member("source_gateway", provider.text)
    json.member("id", offer)
    json.name("changes")
    json.array { json in
      for change in fields {
        json.object { json in
          json.member("field", change.field)
          json.member("old", change.oldValue)
          json.member("new", change.newValue)
        }
      }
    }
    json.member("provider_created", isProviderCreated)
    json.member("removed_offers", removedOffers)
    json.member("revision", Int(revision.number))
    json.member("catalog_version", manifest.version)
  }
}
