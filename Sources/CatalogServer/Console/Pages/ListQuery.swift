import Catalog

/// The query of a page with a list: what the query layer understands, and what only the console has.
struct ListQuery: Sendable {
  /// How many rows a page has.
  static let rows = 50

  /// Names and values as given, without those that a form left empty.
  let given: [(name: String, value: String)]
  /// The page, from 1 on.
  let page: Int
  /// What the query layer gets.
  let filters: [(name: String, value: String)]
  /// What is wrong with what was typed into the form, which is shown again with it; nil if nothing.
  let problem: String?

  /// The highest price of a million prompt tokens, which people can read better than that of one token.
  static let maximumPrice = "max_price_million"
  /// What the console knows beside the names of the query layer.
  static let extra = ["page", maximumPrice]

  /// Reads a query.
  ///
  /// - Parameters:
  ///   - hasPrice: whether the list can be filtered by ``maximumPrice``.
  ///   - descendingSorts: the sorts whose largest comes first unless the query says otherwise.
  /// - Throws: ``Problem`` when the page is none.
  init(
    _ query: [(name: String, value: String)], hasPrice: Bool = false, descendingSorts: Set<String> = []
  ) throws(Problem) {
    given = query.filter { !$0.value.isEmpty }.map { ($0.name == "provider" ? "gateway" : $0.name, $0.value) }
    var parameters = Parameters(given)
    page = try parameters.takeInteger("page", in: 1...200_000) ?? 1
    let price = hasPrice ? try parameters.take(Self.maximumPrice) : nil
    var filters = parameters.takeRest()
    let maximum = price.flatMap(Self.perToken)
    if let maximum { filters.append(("max_price", maximum.description)) }
    problem =
      price != nil && maximum == nil
      ? "The highest price must be a number of dollars such as 2.5, not “\(price?.prefix(40) ?? "")”." : nil
    let sort = filters.first { $0.name == "sort" }?.value
    if let sort, descendingSorts.contains(sort), !filters.contains(where: { $0.name == "order" }) {
      filters.append(("order", "desc"))
    }
    self.filters = filters
  }

  /// The price of a token from that of a million as it was typed; nil where it is none.
  private static func perToken(_ text: String) -> ExactDecimal? {
    do {
      let price = try ExactDecimal(parsing: text).shifted(by: -6)
      return price.isNegative ? nil : price
    } catch {
      return nil
    }
  }

  /// The first value of a name.
  subscript(_ name: String) -> String? { given.first { $0.name == name }?.value }

  /// The elements that the page shows.
  func slice<Element>(_ list: [Element]) -> ArraySlice<Element> {
    let start = min((page - 1) * Self.rows, list.count)
    return list[start..<min(start + Self.rows, list.count)]
  }
}

/// The links to the pages of a list.
struct Paging: Sendable {
  let previous: String?
  let next: String?
  /// Which of how many: `51–100 of 1,203`.
  let range: String

  /// The links of a page of a list with so many elements.
  init(_ query: ListQuery, total: Int, path: String) {
    let link = { (page: Int) in
      ConsoleAddress.of(path, query.given.filter { $0.name != "page" } + (page > 1 ? [("page", String(page))] : []))
    }
    let start = min((query.page - 1) * ListQuery.rows, total)
    let end = min(start + ListQuery.rows, total)
    previous = query.page > 1 ? link(query.page - 1) : nil
    next = end < total ? link(query.page + 1) : nil
    range = start < end ? "\(ConsoleText.grouped(start + 1))–\(ConsoleText.grouped(end))" : "none"
  }
}
