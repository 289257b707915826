import Catalog

/// What offers cost over time, drawn as steps: a price holds until the next one.
struct PriceChart: Sendable {
  /// The prices of one offer.
  struct Series: Sendable {
    let label: String
    let last: String
    /// Which of the styles it has.
    let style: Int
    /// The path of its line.
    let path: String
    let endX: String
    let endY: String
  }

  /// A line of the grid with what it stands for.
  struct Mark: Sendable {
    let at: String
    let label: String
  }

  let id: String
  let chartTitle: String
  let summary: String
  let series: [Series]
  let xMarks: [Mark]
  let yMarks: [Mark]
  let hidden: String?

  /// The size of the drawing area, and where it begins.
  private static let (width, height, left, top) = (640.0, 180.0, 64.0, 12.0)
  /// How many offers are drawn.
  private static let maximumSeries = 6

  /// One stretch of time with one price, in dollars by the million tokens.
  private struct Step {
    let from: Double
    let to: Double
    let price: Double
  }

  /// A chart of the prices of one component; nil where none of the offers ever had one.
  ///
  /// - Parameters:
  ///   - offers: in the order in which they are drawn; those whose price changed go first.
  ///   - now: until when prices last, in seconds since 1970.
  init?(_ id: String, _ title: String, _ component: PriceComponent, of offers: [OfferHistory], now: Int) {
    let all = offers.map { (offer: $0, steps: Self.steps($0, component, now: now)) }.filter { !$0.steps.isEmpty }
    let moved = all.filter { $0.steps.count > 1 } + all.filter { $0.steps.count == 1 }
    let drawn = moved.prefix(Self.maximumSeries)
    guard let start = drawn.flatMap(\.steps).map(\.from).min(), let most = drawn.flatMap(\.steps).map(\.price).max()
    else { return nil }
    let scale = Scale(start: start, end: max(Double(now), start + 86_400), most: most > 0 ? most : 1)
    self.id = id
    chartTitle = title
    series = drawn.enumerated().map { index, entry in
      let last = entry.steps[entry.steps.count - 1]
      return Series(
        label: "\(entry.offer.offer.provider) \(entry.offer.offer.offer)", last: Self.lastPrice(entry.offer, component),
        style: index, path: scale.path(entry.steps), endX: scale.x(last.to), endY: scale.y(last.price))
    }
    xMarks = scale.xMarks
    yMarks = scale.yMarks
    let changes = drawn.reduce(0) { $0 + $1.steps.count - 1 }
    summary =
      "\(title) in dollars by the million tokens of \(drawn.count) "
      + "\(drawn.count == 1 ? "offer" : "offers"), with \(changes) \(changes == 1 ? "change" : "changes")."
    hidden = all.count > drawn.count ? "\(all.count - drawn.count) more offers are not drawn." : nil
  }

  private static func steps(_ offer: OfferHistory, _ component: PriceComponent, now: Int) -> [Step] {
    var steps: [Step] = []
    for point in offer.prices {
      guard let price = price(point, component) else { continue }
      let to = point.to.flatMap(seconds) ?? Double(now)
      let from = point.from.flatMap(seconds) ?? steps.last?.to ?? to - 86_400
      // What else changed about the prices is no step of this one.
      if let last = steps.last, last.price == price, last.to == from {
        steps[steps.count - 1] = Step(from: last.from, to: to, price: price)
      } else {
        steps.append(Step(from: from, to: to, price: price))
      }
    }
    return steps
  }

  private static func price(_ point: OfferHistory.PricePoint, _ component: PriceComponent) -> Double? {
    guard let pricing = point.pricing else { return nil }
    if pricing.state == .free { return 0 }
    guard let price = pricing[component], price.unit == .token else { return nil }
    return ConsoleText.perMillion(price.amount)?.approximateDouble
  }

  private static func lastPrice(_ offer: OfferHistory, _ component: PriceComponent) -> String {
    guard let last = offer.prices.last, let pricing = last.pricing else { return ConsoleText.nothing }
    let text = PriceCell(component, of: pricing).text
    return last.to == nil ? text : "\(text), until \(last.to.map { String($0.prefix(10)) } ?? "")"
  }

  /// A time of the change log in seconds since 1970, near enough to draw it.
  private static func seconds(_ iso: String) -> Double? {
    guard let day = CalendarDate(iso) else { return nil }
    let clock = iso.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int($0) }
    let second = clock.count == 3 ? clock[0] * 3_600 + clock[1] * 60 + clock[2] : 0
    return Double(day.unixSeconds + second)
  }

  /// Turns times and prices into places.
  private struct Scale {
    let start: Double
    let end: Double
    let most: Double

    func x(_ time: Double) -> String {
      text(PriceChart.left + PriceChart.width * (min(max(time, start), end) - start) / (end - start))
    }

    func y(_ price: Double) -> String { text(PriceChart.top + PriceChart.height * (1 - price / most)) }

    /// Steps as a path; times without an offer are gaps.
    func path(_ steps: [Step]) -> String {
      var path = ""
      var end: Double?
      for step in steps {
        path += end == step.from ? "V\(y(step.price))" : "M\(x(step.from)) \(y(step.price))"
        path += "H\(x(step.to))"
        end = step.to
      }
      return path
    }

    var xMarks: [Mark] {
      (0...4).compactMap { index in
        let time = start + (end - start) * Double(index) / 4
        return CalendarDate(unixSeconds: Int(time)).map { Mark(at: x(time), label: $0.description) }
      }
    }

    var yMarks: [Mark] {
      (0...4).map { index in
        let price = most * Double(index) / 4
        return Mark(at: y(price), label: "$\(label(price))")
      }
    }

    /// About three digits.
    private func label(_ price: Double) -> String {
      guard price < 1e9 else { return hugeLabel(price) }
      let places = price == 0 ? 0 : max(0, 2 - Int(log10Floor(price)))
      var unit = 1.0
      for _ in 0..<places { unit *= 10 }
      let rounded = (price * unit).rounded()
      let whole = Int(rounded / unit)
      guard places > 0 else { return ConsoleText.grouped(whole) }
      let fraction = String(Int(rounded) - whole * Int(unit))
      let padded = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
      let trimmed = padded.trimmingSuffix("0")
      return trimmed.isEmpty ? String(whole) : "\(whole).\(trimmed)"
    }

    /// What nobody asks for, but a source may state, as `1.2e25`: it need not fit into a whole number.
    private func hugeLabel(_ price: Double) -> String {
      var (digits, exponent) = (price, 0)
      // From 9.95 on it would be rounded to 10.
      while digits >= 9.95 { (digits, exponent) = (digits / 10, exponent + 1) }
      let tenths = Int((digits * 10).rounded())
      return "\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)")e\(exponent)"
    }

    private func log10Floor(_ value: Double) -> Double {
      var (value, floor) = (value, 0.0)
      while value >= 10 { (value, floor) = (value / 10, floor + 1) }
      while value < 1, floor > -9 { (value, floor) = (value * 10, floor - 1) }
      return floor
    }

    /// A place with one digit behind the point.
    private func text(_ place: Double) -> String {
      let tenths = Int((place * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
  }
}

extension String {
  /// The text without any of these characters at its end.
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
