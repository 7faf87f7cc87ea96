import{t as e}from"./index-BK9h0z_5.js";var t=Object.assign({"../../../src/intake/sample/ar-01.json":{id:`sample-ar-01`,text:`هدوء حذر في مدن كازاخستان بعد أسبوع من الاضطرابات

ساد الهدوء مدينة ألماتي اليوم الاثنين، فيما أعادت البلدية فتح بعض الشوارع أمام حركة السير.

وكانت مدينة قيزيل أوردا قد شهدت يوم الأربعاء الماضي اشتباكات بين متظاهرين وقوات الأمن قرب مبنى الإدارة المحلية، أسفرت عن إصابة العشرات.

وقالت وزارة الداخلية في بيان إنها احتجزت 7939 شخصا في عموم البلاد منذ بدء الأحداث.

وفي شيمكنت أعلنت الشرطة أنها ضبطت أسلحة نارية وذخيرة في سيارة عند مدخل المدينة أمس الأحد. ولم يصب أحد بأذى.`,published:`2022-01-10`,lang:`ar`,source:`Oqiga sample`},"../../../src/intake/sample/ar-02.json":{id:`sample-ar-02`,text:`انفجار هائل يهز مرفأ بيروت

هز انفجار هائل مرفأ بيروت مساء أمس الثلاثاء، وأدى إلى مقتل 100 شخص على الأقل وإصابة أكثر من 4000 آخرين، بحسب الصليب الأحمر اللبناني.

وقال شهود إن الانفجار نجم عن حريق في مستودع يحتوي على نترات الأمونيوم. وأعلن المجلس الأعلى للدفاع العاصمة مدينة منكوبة وفرض حالة الطوارئ لأسبوعين.

ونفت السلطات أن يكون الحادث ناجما عن غارة جوية.`,published:`2020-08-05`,lang:`ar`,source:`Oqiga sample`},"../../../src/intake/sample/ar-03.json":{id:`sample-ar-03`,text:`زلزال مدمر يضرب جنوب تركيا وشمال سوريا

ضرب زلزال بقوة 7.8 درجة ولاية كهرمان مرعش جنوبي تركيا فجر أمس الاثنين. وأعلن الرئيس التركي اليوم الثلاثاء أن عدد القتلى ارتفع إلى 3549 قتيلا و22168 مصابا.

وفي سوريا، قالت وزارة الصحة إن 812 شخصا لقوا مصرعهم في حلب وحماة واللاذقية.

وأرسلت الجزائر والسعودية فرق إنقاذ إلى البلدين.`,published:`2023-02-07`,lang:`ar`,source:`Oqiga sample`},"../../../src/intake/sample/ar-04.json":{id:`sample-ar-04`,text:`اشتباكات عنيفة في الخرطوم بين الجيش وقوات الدعم السريع

اندلعت اشتباكات عنيفة صباح أمس السبت في العاصمة السودانية الخرطوم بين الجيش وقوات الدعم السريع.

وقالت نقابة أطباء السودان اليوم الأحد إن 56 مدنيا قتلوا وأصيب 595 شخصا في الخرطوم.

ودعت القاهرة وجوبا الطرفين إلى وقف إطلاق النار.`,published:`2023-04-16`,lang:`ar`,source:`Oqiga sample`},"../../../src/intake/sample/en-01.json":{id:`sample-en-01`,text:`Crowds storm city hall in Almaty

ALMATY, Jan 6 - Protesters stormed and set fire to the city administration building in Almaty on Wednesday afternoon, witnesses said. Security forces fired stun grenades and tear gas but could not hold the square.

Later in the evening several dozen people broke into the airport, and all flights were cancelled until further notice.

A police spokeswoman said on Thursday that dozens of attackers had been killed overnight when they tried to seize police buildings in the city. The claim could not be checked.

The president declared a state of emergency across the country and accepted the resignation of the government. In Moscow, the foreign ministry said it was watching the events with concern.`,published:`2022-01-06`,lang:`en`,source:`Oqiga sample`},"../../../src/intake/sample/en-02.json":{id:`sample-en-02`,text:`Dozens killed as passenger plane crashes near Aktau

A passenger plane flying from Baku to Grozny crashed on Wednesday about three kilometres from Aktau, on Kazakhstan's Caspian coast. Kazakh officials said 38 of the 67 people on board were killed and 29 survived.

The injured were taken to hospitals in Aktau; some were later flown to Baku and Moscow. Investigators from Azerbaijan and Brazil are expected this week.`,published:`2024-12-26`,lang:`en`,source:`Oqiga sample`},"../../../src/intake/sample/en-03.json":{id:`sample-en-03`,text:`Flood sweeps away whole districts of Derna

Storm Daniel broke two dams above the Libyan city of Derna in the night to Monday, and the flood swept whole districts into the sea. The interior ministry of the eastern administration said on Tuesday that more than 5,300 people had died.

The Red Cross federation said from Tunis that about 10,000 people were missing. In Al Bayda, to the west, the hospital was evacuated after it was flooded.

Turkey and Italy have sent rescue teams. Last month the storm-hit coast had suffered a heat wave.`,published:`2023-09-12`,lang:`en`,source:`Oqiga sample`},"../../../src/intake/sample/en-04.json":{id:`sample-en-04`,text:`Mob attacks student hostels in Bishkek

BISHKEK - Hundreds of people gathered in Bishkek overnight to Saturday and attacked hostels where foreign students live, after a video of a fight spread online. The health ministry said 29 people were injured.

Police blocked the roads around the district and the crowd dispersed by morning. The interior ministry denied rumours that students had been killed. Four people were detained.`,published:`2024-05-18`,lang:`en`,source:`Oqiga sample`},"../../../src/intake/sample/kk-01.json":{id:`sample-kk-01`,text:`Талдықорғанда наразылық тәртіпсіздікке ұласты

Сәрсенбі күні кешке Талдықорғанда наразылық білдірушілер қаланың орталық алаңындағы ескерткішті құлатты. Полиция жиналғандарды таратуға тырысып, көзден жас ағызатын газ қолданды.

Сол күні Ақтөбеде мыңға жуық адам облыс әкімдігінің алдына жиналды. Полицияның мәліметінше, жетпістен астам адам ұсталған.

Ішкі істер министрлігі тәртіпсіздік кезінде 12 қызметкер қаза тауып, 353 адам жараланғанын мәлімдеді. Бүкіл ел аумағында төтенше жағдай жарияланды.`,published:`2022-01-06`,lang:`kk`,source:`Oqiga sample`},"../../../src/intake/sample/kk-02.json":{id:`sample-kk-02`,text:`Құлсарыда су басты, тұрғындар көшірілді

Атырау облысының Құлсары қаласында жексенбі күні тасқын су тұрғын үйлерді басып қалды. Облыс әкімдігінің мәліметінше, қаладан бес мыңнан астам адам қауіпсіз жерге көшірілді.

Адам шығыны жоқ. Құтқарушылар бөгетті нығайтып жатыр. Ақтөбе облысында да бірнеше ауылға апаратын жол жабылды.`,published:`2024-04-08`,lang:`kk`,source:`Oqiga sample`},"../../../src/intake/sample/kk-03.json":{id:`sample-kk-03`,text:`Алматыда жер сілкінісі: 67 адам медициналық көмекке жүгінді

Сейсенбіге қараған түні Алматыда қатты жер сілкінісі болды. Денсаулық сақтау басқармасының мәліметінше, 67 адам жараланып, дәрігерлерге жүгінген, қаза тапқандар жоқ.

Сейсмологтардың айтуынша, дүмпудің ошағы Қырғызстан мен Қытай шекарасында болған. Тұрғындар түнді далада өткізді.`,published:`2024-01-23`,lang:`kk`,source:`Oqiga sample`},"../../../src/intake/sample/ru-01.json":{id:`sample-ru-01`,text:`Жители Жанаозена и Актау вышли на площади из-за цены на газ

ЖАНАОЗЕН, 4 января. Третий день подряд жители Жанаозена требуют снизить цену на сжиженный газ, которая с начала года выросла вдвое. Акция началась в воскресенье утром на центральной площади.

В понедельник несколько тысяч человек собрались на площади Ынтымак в Актау. Митинг проходил мирно, полиция не вмешивалась. По словам очевидцев, люди остались на площади на ночь и поставили юрты.

В министерстве энергетики сообщили, что цену в Мангистауской области снизят до 85 тенге. В 2011 году в Жанаозене полиция стреляла в бастующих нефтяников, тогда погибли не менее 16 человек.`,published:`2022-01-04`,lang:`ru`,source:`Oqiga sample`},"../../../src/intake/sample/ru-02.json":{id:`sample-ru-02`,text:`Пожар на шахте имени Костенко: 45 погибших

КАРАГАНДА. На шахте имени Костенко в Караганде в ночь на субботу произошёл взрыв метана, под землёй находились 252 горняка. К утру понедельника спасатели подняли на поверхность тела 45 человек, ещё один числится пропавшим без вести.

Восемнадцать шахтёров обратились за медицинской помощью, сообщили в министерстве по чрезвычайным ситуациям. Воскресенье в Казахстане было объявлено днём траура.

В августе на шахте «Казахстанская» в той же области при пожаре погибли пять человек.`,published:`2023-10-30`,lang:`ru`,source:`Oqiga sample`},"../../../src/intake/sample/ru-03.json":{id:`sample-ru-03`,text:`В Орске прорвало дамбу, жителей вывозят

ОРСК, 6 апреля. В пятницу вечером в Орске прорвало дамбу на реке Урал, вода затопила частные дома в районе Старого города. По данным МЧС, из зоны затопления эвакуировали более четырёх тысяч человек, в том числе около 900 детей.

Погибших и пострадавших нет. Уголовное дело возбуждено по статье о халатности.

В Оренбурге готовятся к приходу большой воды: уровень Урала у города может достигнуть опасной отметки в ближайшие дни.`,published:`2024-04-06`,lang:`ru`,source:`Oqiga sample`}});async function n(n){let r=Object.values(t);for(let[t,i]of r.entries())await e(i),n(t+1,r.length)}export{n as loadSample};