extension CostEstimate {
  /// Writes the estimate as one object with amounts as decimal strings in USD.
  public func write(to json: inout JSONWriter) {
    json.object { json in writeMembers(to: &json) }
  }

  /// Writes the members of the estimate into an object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("total", total.description)
    json.member("currency", "USD")
    json.member("tier", tier?.text)
    json.name("lines")
    json.array { json in for line in lines { line.write(to: &json) } }
    json.member("assumptions", assumptions)
  }
}

extension CostEstimate.Line {
  /// Writes the line as one object with amounts as decimal strings in USD.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("component", component.rawValue)
      json.member("units", units)
      json.member("unit", unitPrice.unit.rawValue)
      json.member("unit_price", unitPrice.amount.description)
      json.member("amount", amount.description)
    }
  }
}

extension CostOutcome {
  /// Writes the outcome as one object: the members of the estimate, or `reason`, after `available`.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      switch self {
      case .estimate(let estimate):
        json.member("available", true)
        estimate.writeMembers(to: &json)
      case .unavailable(let reason):
        json.member("available", false)
        json.member("reason", reason)
      }
    }
  }
}

extension CostRanking {
  /// Writes the ranking as one object: `{"usage":{…},"ranked":[{"rank":1,"provider":…,"total":…}],"unranked":[…]}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in writeMembers(to: &json) }
  }

  /// Writes the members of the ranking into an object.
  public func writeMembers(to json: inout JSONWriter) {
    json.name("usage")
    usage.write(to: &json)
    json.name("ranked")
    json.array { json in
      for (index, entry) in ranked.enumerated() {
        json.object { json in
          json.member("rank", index + 1)
          entry.offer.writeName(to: &json)
          entry.estimate.writeMembers(to: &json)
        }
      }
    }
    json.name("unranked")
    json.array { json in
      for entry in unranked {
        json.object { json in
          entry.offer.writeName(to: &json)
          json.member("reason", entry.reason)
        }
      }
    }
  }
}
